--
-- PostgreSQL database dump
--

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
-- Name: shop_ana; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop_ana;

--
-- Name: shop_base; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop_base;

--
-- Name: shop_ben; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop_ben;

--
-- Name: shop_cleo; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop_cleo;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: guest; Type: TABLE; Schema: shop_ana; Owner: -
--

CREATE TABLE shop_ana.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    note text,
    address jsonb,
    card text
);

--
-- Name: room; Type: TABLE; Schema: shop_ana; Owner: -
--

CREATE TABLE shop_ana.room (
    id character varying(36) NOT NULL
);

--
-- Name: guest; Type: TABLE; Schema: shop_base; Owner: -
--

CREATE TABLE shop_base.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    note text,
    address jsonb,
    card text
);

--
-- Name: room; Type: TABLE; Schema: shop_base; Owner: -
--

CREATE TABLE shop_base.room (
    id character varying(36) NOT NULL
);

--
-- Name: guest; Type: TABLE; Schema: shop_ben; Owner: -
--

CREATE TABLE shop_ben.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    note text,
    address jsonb,
    card text
);

--
-- Name: room; Type: TABLE; Schema: shop_ben; Owner: -
--

CREATE TABLE shop_ben.room (
    id character varying(36) NOT NULL
);

--
-- Name: guest; Type: TABLE; Schema: shop_cleo; Owner: -
--

CREATE TABLE shop_cleo.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    note text,
    address jsonb,
    card text
);

--
-- Name: room; Type: TABLE; Schema: shop_cleo; Owner: -
--

CREATE TABLE shop_cleo.room (
    id character varying(36) NOT NULL
);

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_ana; Owner: -
--

INSERT INTO shop_ana.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', NULL),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', NULL),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_ana; Owner: -
--

INSERT INTO shop_ana.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', NULL),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', NULL),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', NULL),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', NULL),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_cleo; Owner: -
--

INSERT INTO shop_cleo.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', NULL),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', NULL),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_cleo; Owner: -
--

INSERT INTO shop_cleo.room VALUES
	('r1');

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_ana; Owner: -
--

ALTER TABLE ONLY shop_ana.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: shop_ana; Owner: -
--

ALTER TABLE ONLY shop_ana.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_base; Owner: -
--

ALTER TABLE ONLY shop_base.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: shop_base; Owner: -
--

ALTER TABLE ONLY shop_base.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_ben; Owner: -
--

ALTER TABLE ONLY shop_ben.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: shop_ben; Owner: -
--

ALTER TABLE ONLY shop_ben.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_cleo; Owner: -
--

ALTER TABLE ONLY shop_cleo.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: shop_cleo; Owner: -
--

ALTER TABLE ONLY shop_cleo.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--


--
-- PostgreSQL database dump
--

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
-- Data for Name: backfill; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: bookkeeping; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.bookkeeping VALUES
	(true, 5, '2026-11-29 13:55:08.093095+00');

--
-- Data for Name: drift; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: filled_row; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: marker; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.marker VALUES
	('shop_base', 'e81d134c-db74-4ffe-ab4d-1515b0e791f2', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:55:11.207837+00'),
	('shop_cleo', '07bcc7dd-f451-429c-8a1f-185ac6ad37d4', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:55:12.209918+00'),
	('shop_ben', 'd9d3345c-072b-41dd-b97e-46477ff766fa', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:55:12.380984+00'),
	('shop_ana', 'e54d4731-6f4d-48ff-b5b9-14ae6cb86493', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:55:12.403992+00'),
	('shop_base', 'e81d134c-db74-4ffe-ab4d-1515b0e791f2', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-29 13:55:25.109264+00'),
	('shop_ana', 'e54d4731-6f4d-48ff-b5b9-14ae6cb86493', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-29 13:55:25.30274+00'),
	('shop_ben', 'd9d3345c-072b-41dd-b97e-46477ff766fa', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-29 13:55:25.479563+00'),
	('shop_cleo', '07bcc7dd-f451-429c-8a1f-185ac6ad37d4', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-29 13:55:25.629224+00');

--
-- Data for Name: misfit; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: target; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.target VALUES
	('shop_base', 'e81d134c-db74-4ffe-ab4d-1515b0e791f2', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-29 13:55:25.109264+00'),
	('shop_ana', 'e54d4731-6f4d-48ff-b5b9-14ae6cb86493', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-29 13:55:25.30274+00'),
	('shop_ben', 'd9d3345c-072b-41dd-b97e-46477ff766fa', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-29 13:55:25.479563+00'),
	('shop_cleo', '07bcc7dd-f451-429c-8a1f-185ac6ad37d4', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-29 13:55:25.629224+00');

--
-- Name: drift_id_seq; Type: SEQUENCE SET; Schema: schema_saga_target; Owner: -
--

SELECT pg_catalog.setval('schema_saga_target.drift_id_seq', 1, false);

--
-- Name: set_aside_id_seq; Type: SEQUENCE SET; Schema: schema_saga_target; Owner: -
--

SELECT pg_catalog.setval('schema_saga_target.set_aside_id_seq', 1, false);

--
-- PostgreSQL database dump complete
--

