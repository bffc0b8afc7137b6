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
	(true, 6, '2026-11-30 13:51:24.094268+00');

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
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-30 13:51:26.855071+00'),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-30 13:51:28.110552+00'),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-30 13:51:28.186786+00'),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-30 13:51:28.188642+00'),
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-30 13:53:02.239011+00'),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-30 13:53:04.445538+00'),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-30 13:53:05.485528+00'),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'card', 0, 1, 'applied', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', NULL, '2026-11-30 13:53:05.865667+00');

--
-- Data for Name: misfit; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: part_words; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: sync_gap; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: target; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.target VALUES
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-30 13:53:02.239011+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16896, 16668),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-30 13:53:04.445538+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16897, 16668),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-30 13:53:05.485528+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16898, 16668),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'shop', 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '2026-11-30 13:53:05.865667+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16899, 16668);

--
-- Data for Name: undo_part; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

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

