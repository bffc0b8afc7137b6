--
-- PostgreSQL database dump
--

\restrict pvUaesmahYwS0LXXtQDIofhwnBTqfwvBfxN4YJz6EEZuhWn3HrOX8Iz8OrYL9SO

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: tenant_1; Type: SCHEMA; Schema: -; Owner: saga_case_owner
--

CREATE SCHEMA tenant_1;


ALTER SCHEMA tenant_1 OWNER TO saga_case_owner;

--
-- Name: incident_severity; Type: TYPE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TYPE tenant_1.incident_severity AS ENUM (
    'p1',
    'p2',
    'p3',
    'p4'
);


ALTER TYPE tenant_1.incident_severity OWNER TO saga_case_owner;

--
-- Name: incident_status; Type: TYPE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TYPE tenant_1.incident_status AS ENUM (
    'detected',
    'analyzing',
    'contained',
    'recovering',
    'closed'
);


ALTER TYPE tenant_1.incident_status OWNER TO saga_case_owner;

--
-- Name: update_incident_updated_at(); Type: FUNCTION; Schema: tenant_1; Owner: saga_case_owner
--

CREATE FUNCTION tenant_1.update_incident_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN NEW.updated_at = now(); RETURN NEW; END $$;


ALTER FUNCTION tenant_1.update_incident_updated_at() OWNER TO saga_case_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: incident_evidence; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.incident_evidence (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    incident_id uuid NOT NULL,
    org_id uuid NOT NULL,
    hash character varying(64),
    storage_path text NOT NULL,
    CONSTRAINT incident_evidence_hash_sha256_chk CHECK (((hash IS NULL) OR ((hash)::text ~ '^[0-9a-f]{64}$'::text))),
    CONSTRAINT incident_evidence_storage_path_scheme_chk CHECK ((storage_path ~ '^[a-z][a-z0-9+.-]*://.+'::text))
);

ALTER TABLE ONLY tenant_1.incident_evidence FORCE ROW LEVEL SECURITY;


ALTER TABLE tenant_1.incident_evidence OWNER TO saga_case_owner;

--
-- Name: incidents; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.incidents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    title text NOT NULL,
    classification character varying(40) NOT NULL,
    severity tenant_1.incident_severity NOT NULL,
    status tenant_1.incident_status DEFAULT 'detected'::tenant_1.incident_status NOT NULL,
    related_alerts jsonb DEFAULT '[]'::jsonb NOT NULL,
    detected_at timestamp without time zone NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY tenant_1.incidents FORCE ROW LEVEL SECURITY;


ALTER TABLE tenant_1.incidents OWNER TO saga_case_owner;

--
-- Name: organizations; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.organizations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL
);


ALTER TABLE tenant_1.organizations OWNER TO saga_case_owner;

--
-- Name: incident_evidence incident_evidence_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.incident_evidence
    ADD CONSTRAINT incident_evidence_pkey PRIMARY KEY (id);


--
-- Name: incidents incidents_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (id);


--
-- Name: organizations organizations_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);


--
-- Name: incidents_org_status_idx; Type: INDEX; Schema: tenant_1; Owner: saga_case_owner
--

CREATE INDEX incidents_org_status_idx ON tenant_1.incidents USING btree (org_id, status);


--
-- Name: incidents trg_incidents_updated_at; Type: TRIGGER; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TRIGGER trg_incidents_updated_at BEFORE UPDATE ON tenant_1.incidents FOR EACH ROW EXECUTE FUNCTION tenant_1.update_incident_updated_at();


--
-- Name: incident_evidence incident_evidence_incident_id_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.incident_evidence
    ADD CONSTRAINT incident_evidence_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES tenant_1.incidents(id);


--
-- Name: incident_evidence incident_evidence_org_id_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.incident_evidence
    ADD CONSTRAINT incident_evidence_org_id_fkey FOREIGN KEY (org_id) REFERENCES tenant_1.organizations(id);


--
-- Name: incidents incidents_org_id_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.incidents
    ADD CONSTRAINT incidents_org_id_fkey FOREIGN KEY (org_id) REFERENCES tenant_1.organizations(id);


--
-- Name: incident_evidence; Type: ROW SECURITY; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE tenant_1.incident_evidence ENABLE ROW LEVEL SECURITY;

--
-- Name: incidents; Type: ROW SECURITY; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE tenant_1.incidents ENABLE ROW LEVEL SECURITY;

--
-- Name: incident_evidence org_all; Type: POLICY; Schema: tenant_1; Owner: saga_case_owner
--

CREATE POLICY org_all ON tenant_1.incident_evidence USING (public.has_org_access(org_id)) WITH CHECK (public.has_org_access(org_id));


--
-- Name: incidents org_insert; Type: POLICY; Schema: tenant_1; Owner: saga_case_owner
--

CREATE POLICY org_insert ON tenant_1.incidents FOR INSERT WITH CHECK (public.has_org_access(org_id));


--
-- Name: incidents org_select; Type: POLICY; Schema: tenant_1; Owner: saga_case_owner
--

CREATE POLICY org_select ON tenant_1.incidents FOR SELECT USING (public.has_org_access(org_id));


--
-- Name: incidents org_update; Type: POLICY; Schema: tenant_1; Owner: saga_case_owner
--

CREATE POLICY org_update ON tenant_1.incidents FOR UPDATE USING (public.has_org_access(org_id)) WITH CHECK (public.has_org_access(org_id));


--
-- PostgreSQL database dump complete
--

\unrestrict pvUaesmahYwS0LXXtQDIofhwnBTqfwvBfxN4YJz6EEZuhWn3HrOX8Iz8OrYL9SO

