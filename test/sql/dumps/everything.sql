--
-- PostgreSQL database dump
--

\restrict pnaGRG7bC5mMnge2BIYEsd5QcwyICQhK1e6sPMFgLiIFKmb4gTZxI5lOH7Hhm3V

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
-- Name: d18; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA d18;


--
-- Name: address; Type: TYPE; Schema: d18; Owner: -
--

CREATE TYPE d18.address AS (
	street text,
	city text
);


--
-- Name: amount; Type: DOMAIN; Schema: d18; Owner: -
--

CREATE DOMAIN d18.amount AS numeric(12,2) DEFAULT 0
	CONSTRAINT amount_check CHECK ((VALUE >= (0)::numeric));


--
-- Name: span; Type: TYPE; Schema: d18; Owner: -
--

CREATE TYPE d18.span AS RANGE (
    subtype = integer,
    multirange_type_name = d18.span_multirange
);


--
-- Name: state; Type: TYPE; Schema: d18; Owner: -
--

CREATE TYPE d18.state AS ENUM (
    'open',
    'paid'
);


--
-- Name: note_of(text); Type: FUNCTION; Schema: d18; Owner: -
--

CREATE FUNCTION d18.note_of(what text) RETURNS text
    LANGUAGE sql
    AS $$ SELECT what $$;


--
-- Name: tidy(); Type: PROCEDURE; Schema: d18; Owner: -
--

CREATE PROCEDURE d18.tidy()
    LANGUAGE plpgsql
    AS $$ BEGIN NULL; END $$;


--
-- Name: touch(); Type: FUNCTION; Schema: d18; Owner: -
--

CREATE FUNCTION d18.touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'd18'
    AS $$ BEGIN RETURN NEW; END $$;


--
-- Name: total(numeric); Type: AGGREGATE; Schema: d18; Owner: -
--

CREATE AGGREGATE d18.total(numeric) (
    SFUNC = numeric_add,
    STYPE = numeric,
    INITCOND = '0'
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: customer; Type: TABLE; Schema: d18; Owner: -
--

CREATE TABLE d18.customer (
    id integer NOT NULL,
    name text
);


--
-- Name: invoice; Type: TABLE; Schema: d18; Owner: -
--

CREATE TABLE d18.invoice (
    id bigint NOT NULL,
    number integer NOT NULL,
    customer_id integer,
    state d18.state DEFAULT 'open'::d18.state NOT NULL,
    total d18.amount,
    twice numeric GENERATED ALWAYS AS (((total)::numeric * (2)::numeric)) STORED,
    note text,
    city d18.address,
    CONSTRAINT positive CHECK (((total)::numeric >= (0)::numeric))
);


--
-- Name: COLUMN invoice.note; Type: COMMENT; Schema: d18; Owner: -
--

COMMENT ON COLUMN d18.invoice.note IS 'as printed';


--
-- Name: invoice_id_seq; Type: SEQUENCE; Schema: d18; Owner: -
--

CREATE SEQUENCE d18.invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: invoice_id_seq; Type: SEQUENCE OWNED BY; Schema: d18; Owner: -
--

ALTER SEQUENCE d18.invoice_id_seq OWNED BY d18.invoice.id;


--
-- Name: invoice_number_seq; Type: SEQUENCE; Schema: d18; Owner: -
--

ALTER TABLE d18.invoice ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME d18.invoice_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: loose; Type: TABLE; Schema: d18; Owner: -
--

CREATE TABLE d18.loose (
);


--
-- Name: open_invoice; Type: VIEW; Schema: d18; Owner: -
--

CREATE VIEW d18.open_invoice AS
 SELECT invoice.id,
    d18.note_of(invoice.note) AS note
   FROM d18.invoice
  WHERE (invoice.state = 'open'::d18.state);


--
-- Name: reading; Type: TABLE; Schema: d18; Owner: -
--

CREATE TABLE d18.reading (
    at date NOT NULL,
    value integer,
    CONSTRAINT reading_value_check CHECK ((value > 0))
)
PARTITION BY RANGE (at);


--
-- Name: reading_2026; Type: TABLE; Schema: d18; Owner: -
--

CREATE TABLE d18.reading_2026 (
    at date NOT NULL,
    value integer,
    CONSTRAINT reading_value_check CHECK ((value > 0))
);


--
-- Name: ticket; Type: SEQUENCE; Schema: d18; Owner: -
--

CREATE SEQUENCE d18.ticket
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: totals; Type: MATERIALIZED VIEW; Schema: d18; Owner: -
--

CREATE MATERIALIZED VIEW d18.totals AS
 SELECT invoice.customer_id,
    d18.total((invoice.total)::numeric) AS sum
   FROM d18.invoice
  GROUP BY invoice.customer_id
  WITH NO DATA;


--
-- Name: reading_2026; Type: TABLE ATTACH; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.reading ATTACH PARTITION d18.reading_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');


--
-- Name: invoice id; Type: DEFAULT; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.invoice ALTER COLUMN id SET DEFAULT nextval('d18.invoice_id_seq'::regclass);


--
-- Name: customer customer_pkey; Type: CONSTRAINT; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);


--
-- Name: invoice invoice_pkey; Type: CONSTRAINT; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (id);


--
-- Name: invoice one_number; Type: CONSTRAINT; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.invoice
    ADD CONSTRAINT one_number UNIQUE (number);


--
-- Name: invoice_note; Type: INDEX; Schema: d18; Owner: -
--

CREATE INDEX invoice_note ON d18.invoice USING btree (lower(note) DESC) INCLUDE (total) WHERE (state = 'open'::d18.state);


--
-- Name: INDEX invoice_pkey; Type: COMMENT; Schema: d18; Owner: -
--

COMMENT ON INDEX d18.invoice_pkey IS 'the key';


--
-- Name: reading_at; Type: INDEX; Schema: d18; Owner: -
--

CREATE INDEX reading_at ON ONLY d18.reading USING btree (at);


--
-- Name: reading_2026_at_idx; Type: INDEX; Schema: d18; Owner: -
--

CREATE INDEX reading_2026_at_idx ON d18.reading_2026 USING btree (at);


--
-- Name: reading_2026_at_idx; Type: INDEX ATTACH; Schema: d18; Owner: -
--

ALTER INDEX d18.reading_at ATTACH PARTITION d18.reading_2026_at_idx;


--
-- Name: invoice_stats; Type: STATISTICS; Schema: d18; Owner: -
--

CREATE STATISTICS d18.invoice_stats (dependencies) ON customer_id, state FROM d18.invoice;


--
-- Name: customer quiet; Type: RULE; Schema: d18; Owner: -
--

CREATE RULE quiet AS
    ON DELETE TO d18.customer
   WHERE (old.id < 0) DO INSTEAD NOTHING;


--
-- Name: invoice touched; Type: TRIGGER; Schema: d18; Owner: -
--

CREATE TRIGGER touched BEFORE UPDATE OF note ON d18.invoice FOR EACH ROW EXECUTE FUNCTION d18.touch();


--
-- Name: invoice invoice_customer; Type: FK CONSTRAINT; Schema: d18; Owner: -
--

ALTER TABLE ONLY d18.invoice
    ADD CONSTRAINT invoice_customer FOREIGN KEY (customer_id) REFERENCES d18.customer(id);


--
-- Name: invoice own; Type: POLICY; Schema: d18; Owner: -
--

CREATE POLICY own ON d18.invoice FOR SELECT TO saga_case_app USING ((state = 'open'::d18.state));


--
-- Name: TABLE invoice; Type: ACL; Schema: d18; Owner: -
--

GRANT SELECT ON TABLE d18.invoice TO saga_case_app;


--
-- Name: COLUMN invoice.note; Type: ACL; Schema: d18; Owner: -
--

GRANT UPDATE(note) ON TABLE d18.invoice TO saga_case_app;


--
-- PostgreSQL database dump complete
--

\unrestrict pnaGRG7bC5mMnge2BIYEsd5QcwyICQhK1e6sPMFgLiIFKmb4gTZxI5lOH7Hhm3V

