--
-- PostgreSQL database dump
--

\restrict HikhmJJUAi8qIdGusj3CLPe0SOXXsi2c2Ccp3naH2U6jx1d0jcyNsCntaa8VwOO

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

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit_log; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.audit_log (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    what text NOT NULL
);


ALTER TABLE tenant_1.audit_log OWNER TO saga_case_owner;

--
-- Name: audit_log_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE SEQUENCE tenant_1.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.audit_log_id_seq OWNER TO saga_case_owner;

--
-- Name: audit_log_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: saga_case_owner
--

ALTER SEQUENCE tenant_1.audit_log_id_seq OWNED BY tenant_1.audit_log.id;


--
-- Name: doctor; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.doctor (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL
);


ALTER TABLE tenant_1.doctor OWNER TO saga_case_owner;

--
-- Name: patient; Type: TABLE; Schema: tenant_1; Owner: saga_case_owner
--

CREATE TABLE tenant_1.patient (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    phone text,
    balance numeric,
    visits integer,
    born date,
    doctor_id character varying(36)
);


ALTER TABLE tenant_1.patient OWNER TO saga_case_owner;

--
-- Name: COLUMN patient.phone; Type: COMMENT; Schema: tenant_1; Owner: saga_case_owner
--

COMMENT ON COLUMN tenant_1.patient.phone IS 'As the patient typed it';


--
-- Name: audit_log id; Type: DEFAULT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.audit_log ALTER COLUMN id SET DEFAULT nextval('tenant_1.audit_log_id_seq'::regclass);


--
-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);


--
-- Name: doctor doctor_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.doctor
    ADD CONSTRAINT doctor_pkey PRIMARY KEY (id);


--
-- Name: patient patient_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.patient
    ADD CONSTRAINT patient_pkey PRIMARY KEY (id);


--
-- Name: idx_patient_doctor_id; Type: INDEX; Schema: tenant_1; Owner: saga_case_owner
--

CREATE INDEX idx_patient_doctor_id ON tenant_1.patient USING btree (doctor_id);


--
-- Name: patient patient_doctor_id_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: saga_case_owner
--

ALTER TABLE ONLY tenant_1.patient
    ADD CONSTRAINT patient_doctor_id_fkey FOREIGN KEY (doctor_id) REFERENCES tenant_1.doctor(id) ON DELETE SET NULL;


--
-- Name: SCHEMA tenant_1; Type: ACL; Schema: -; Owner: saga_case_owner
--

GRANT USAGE ON SCHEMA tenant_1 TO saga_case_app;


--
-- Name: TABLE doctor; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE tenant_1.doctor TO saga_case_app;


--
-- Name: TABLE patient; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT INSERT ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.id; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(id) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.name; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(name),UPDATE(name) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.email; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(email),UPDATE(email) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.phone; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(phone),UPDATE(phone) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.visits; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(visits),UPDATE(visits) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.born; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(born) ON TABLE tenant_1.patient TO saga_case_app;


--
-- Name: COLUMN patient.doctor_id; Type: ACL; Schema: tenant_1; Owner: saga_case_owner
--

GRANT SELECT(doctor_id) ON TABLE tenant_1.patient TO saga_case_app;


--
-- PostgreSQL database dump complete
--

\unrestrict HikhmJJUAi8qIdGusj3CLPe0SOXXsi2c2Ccp3naH2U6jx1d0jcyNsCntaa8VwOO

