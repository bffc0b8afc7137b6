--
-- PostgreSQL database dump
--

\restrict cZYhiytmpkr6ODsROHQcAWcWnf8vUpy8wnJWCyCWTpK93b1bmC5OG3hSdbgWtCc

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
-- Name: tenant_1; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA tenant_1;


ALTER SCHEMA tenant_1 OWNER TO postgres;

--
-- Name: amount; Type: DOMAIN; Schema: tenant_1; Owner: postgres
--

CREATE DOMAIN tenant_1.amount AS numeric(12,2)
	CONSTRAINT amount_check CHECK ((VALUE >= (0)::numeric));


ALTER DOMAIN tenant_1.amount OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: deputy; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.deputy (
    id bigint NOT NULL,
    employee_id integer NOT NULL,
    deputy_id integer NOT NULL,
    during daterange NOT NULL
);


ALTER TABLE tenant_1.deputy OWNER TO postgres;

--
-- Name: deputy_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.deputy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.deputy_id_seq OWNER TO postgres;

--
-- Name: deputy_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.deputy_id_seq OWNED BY tenant_1.deputy.id;


--
-- Name: property; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.property (
    id integer NOT NULL,
    code character(3) NOT NULL,
    name text NOT NULL,
    contact public.citext,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL
);


ALTER TABLE tenant_1.property OWNER TO postgres;

--
-- Name: property_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

ALTER TABLE tenant_1.property ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tenant_1.property_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: reservation; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.reservation (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id integer NOT NULL,
    room_number smallint NOT NULL,
    guest_email public.citext NOT NULL,
    check_in date NOT NULL,
    check_out date NOT NULL,
    stay daterange GENERATED ALWAYS AS (daterange(check_in, check_out, '[)'::text)) STORED,
    nights integer GENERATED ALWAYS AS ((check_out - check_in)) STORED,
    state text DEFAULT 'pending'::text NOT NULL,
    external_ref text,
    cancelled_at timestamp with time zone,
    CONSTRAINT reservation_check CHECK ((check_out > check_in)),
    CONSTRAINT reservation_check1 CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT reservation_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'confirmed'::text, 'cancelled'::text])))
);


ALTER TABLE tenant_1.reservation OWNER TO postgres;

--
-- Name: TABLE reservation; Type: COMMENT; Schema: tenant_1; Owner: postgres
--

COMMENT ON TABLE tenant_1.reservation IS 'One stay in one room';


--
-- Name: COLUMN reservation.external_ref; Type: COMMENT; Schema: tenant_1; Owner: postgres
--

COMMENT ON COLUMN tenant_1.reservation.external_ref IS 'Number of the channel manager';


--
-- Name: room; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.room (
    property_id integer NOT NULL,
    number smallint NOT NULL,
    capacity smallint NOT NULL,
    rate tenant_1.amount,
    CONSTRAINT room_capacity_check CHECK ((capacity >= 1))
);


ALTER TABLE tenant_1.room OWNER TO postgres;

--
-- Name: deputy id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.deputy ALTER COLUMN id SET DEFAULT nextval('tenant_1.deputy_id_seq'::regclass);


--
-- Name: deputy deputy_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.deputy
    ADD CONSTRAINT deputy_pkey PRIMARY KEY (id);


--
-- Name: deputy no_two_deputies; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.deputy
    ADD CONSTRAINT no_two_deputies EXCLUDE USING gist (employee_id WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: property property_contact_key; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.property
    ADD CONSTRAINT property_contact_key UNIQUE (contact);


--
-- Name: property property_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.property
    ADD CONSTRAINT property_pkey PRIMARY KEY (id);


--
-- Name: reservation reservation_no_overlap; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.reservation
    ADD CONSTRAINT reservation_no_overlap EXCLUDE USING gist (property_id WITH =, room_number WITH =, stay WITH &&) WHERE ((state = ANY (ARRAY['pending'::text, 'confirmed'::text])));


--
-- Name: reservation reservation_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.reservation
    ADD CONSTRAINT reservation_pkey PRIMARY KEY (id);


--
-- Name: reservation reservation_property_id_external_ref_key; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.reservation
    ADD CONSTRAINT reservation_property_id_external_ref_key UNIQUE NULLS NOT DISTINCT (property_id, external_ref);


--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (property_id, number);


--
-- Name: reservation_guest_lower_idx; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX reservation_guest_lower_idx ON tenant_1.reservation USING btree (lower((guest_email)::text) text_pattern_ops DESC) INCLUDE (state);


--
-- Name: reservation_open_idx; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX reservation_open_idx ON tenant_1.reservation USING btree (check_in) WHERE (state = 'pending'::text);


--
-- Name: reservation_corr; Type: STATISTICS; Schema: tenant_1; Owner: postgres
--

CREATE STATISTICS tenant_1.reservation_corr (dependencies) ON property_id, room_number FROM tenant_1.reservation;


ALTER STATISTICS tenant_1.reservation_corr OWNER TO postgres;

--
-- Name: reservation reservation_property_id_room_number_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.reservation
    ADD CONSTRAINT reservation_property_id_room_number_fkey FOREIGN KEY (property_id, room_number) REFERENCES tenant_1.room(property_id, number) ON UPDATE CASCADE;


--
-- Name: room room_property_id_fkey; Type: FK CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.room
    ADD CONSTRAINT room_property_id_fkey FOREIGN KEY (property_id) REFERENCES tenant_1.property(id);


--
-- PostgreSQL database dump complete
--

\unrestrict cZYhiytmpkr6ODsROHQcAWcWnf8vUpy8wnJWCyCWTpK93b1bmC5OG3hSdbgWtCc

