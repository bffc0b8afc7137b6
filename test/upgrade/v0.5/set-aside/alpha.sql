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
-- Name: _aside_del-room_1_room; Type: TABLE; Schema: shop_ana; Owner: -
--

CREATE TABLE shop_ana."_aside_del-room_1_room" (
    id character varying(36) NOT NULL
);

--
-- Name: guest; Type: TABLE; Schema: shop_ana; Owner: -
--

CREATE TABLE shop_ana.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    _aside_del_1_note text,
    address jsonb
);

--
-- Name: _aside_del-room_1_room; Type: TABLE; Schema: shop_base; Owner: -
--

CREATE TABLE shop_base."_aside_del-room_1_room" (
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
    _aside_del_1_note text,
    address jsonb
);

--
-- Name: _aside_del-room_1_room; Type: TABLE; Schema: shop_ben; Owner: -
--

CREATE TABLE shop_ben."_aside_del-room_1_room" (
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
    _aside_del_1_note text,
    address jsonb
);

--
-- Name: _aside_del-room_1_room; Type: TABLE; Schema: shop_cleo; Owner: -
--

CREATE TABLE shop_cleo."_aside_del-room_1_room" (
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
    _aside_del_1_note text,
    address jsonb
);

--
-- Data for Name: _aside_del-room_1_room; Type: TABLE DATA; Schema: shop_ana; Owner: -
--

INSERT INTO shop_ana."_aside_del-room_1_room" VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_ana; Owner: -
--

INSERT INTO shop_ana.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Data for Name: _aside_del-room_1_room; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base."_aside_del-room_1_room" VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Data for Name: _aside_del-room_1_room; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben."_aside_del-room_1_room" VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Data for Name: _aside_del-room_1_room; Type: TABLE DATA; Schema: shop_cleo; Owner: -
--

INSERT INTO shop_cleo."_aside_del-room_1_room" VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_cleo; Owner: -
--

INSERT INTO shop_cleo.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Name: _aside_del-room_1_room _aside_del-room_1_room_pkey; Type: CONSTRAINT; Schema: shop_ana; Owner: -
--

ALTER TABLE ONLY shop_ana."_aside_del-room_1_room"
    ADD CONSTRAINT "_aside_del-room_1_room_pkey" PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_ana; Owner: -
--

ALTER TABLE ONLY shop_ana.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: _aside_del-room_1_room _aside_del-room_1_room_pkey; Type: CONSTRAINT; Schema: shop_base; Owner: -
--

ALTER TABLE ONLY shop_base."_aside_del-room_1_room"
    ADD CONSTRAINT "_aside_del-room_1_room_pkey" PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_base; Owner: -
--

ALTER TABLE ONLY shop_base.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: _aside_del-room_1_room _aside_del-room_1_room_pkey; Type: CONSTRAINT; Schema: shop_ben; Owner: -
--

ALTER TABLE ONLY shop_ben."_aside_del-room_1_room"
    ADD CONSTRAINT "_aside_del-room_1_room_pkey" PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_ben; Owner: -
--

ALTER TABLE ONLY shop_ben.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: _aside_del-room_1_room _aside_del-room_1_room_pkey; Type: CONSTRAINT; Schema: shop_cleo; Owner: -
--

ALTER TABLE ONLY shop_cleo."_aside_del-room_1_room"
    ADD CONSTRAINT "_aside_del-room_1_room_pkey" PRIMARY KEY (id);

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_cleo; Owner: -
--

ALTER TABLE ONLY shop_cleo.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

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
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'del', 0, 1, 'applied', 'c344610efff2ab38cbbac573844eb0a5a4cd582741621281421da6d2712e8705', NULL, '2026-11-30 14:00:45.751395+00'),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'del', 0, 1, 'applied', 'c344610efff2ab38cbbac573844eb0a5a4cd582741621281421da6d2712e8705', NULL, '2026-11-30 14:00:46.983748+00'),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'del', 0, 1, 'applied', 'c344610efff2ab38cbbac573844eb0a5a4cd582741621281421da6d2712e8705', NULL, '2026-11-30 14:00:47.028483+00'),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'del', 0, 1, 'applied', 'c344610efff2ab38cbbac573844eb0a5a4cd582741621281421da6d2712e8705', NULL, '2026-11-30 14:00:47.023056+00'),
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'del-room', 0, 1, 'applied', 'fc1a98938f1509b7acf8209f3e46fe43ad5333452c222b93e10c6186fc26d8fa', NULL, '2026-11-30 14:00:48.54281+00'),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'del-room', 0, 1, 'applied', 'fc1a98938f1509b7acf8209f3e46fe43ad5333452c222b93e10c6186fc26d8fa', NULL, '2026-11-30 14:00:49.617683+00'),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'del-room', 0, 1, 'applied', 'fc1a98938f1509b7acf8209f3e46fe43ad5333452c222b93e10c6186fc26d8fa', NULL, '2026-11-30 14:00:49.651825+00'),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'del-room', 0, 1, 'applied', 'fc1a98938f1509b7acf8209f3e46fe43ad5333452c222b93e10c6186fc26d8fa', NULL, '2026-11-30 14:00:49.686512+00');

--
-- Data for Name: misfit; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: part_words; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.set_aside OVERRIDING SYSTEM VALUE VALUES
	(1, 'shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'del', 0, 1, 'forward', 'column', 'guest', 'note', '_aside_del_1_note', 17130, '2026-11-30 14:00:45.751395+00', NULL, NULL, NULL),
	(2, 'shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'del', 0, 1, 'forward', 'column', 'guest', 'note', '_aside_del_1_note', 17143, '2026-11-30 14:00:46.983748+00', NULL, NULL, NULL),
	(3, 'shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'del', 0, 1, 'forward', 'column', 'guest', 'note', '_aside_del_1_note', 17182, '2026-11-30 14:00:47.028483+00', NULL, NULL, NULL),
	(4, 'shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'del', 0, 1, 'forward', 'column', 'guest', 'note', '_aside_del_1_note', 17169, '2026-11-30 14:00:47.023056+00', NULL, NULL, NULL),
	(5, 'shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'del-room', 0, 1, 'forward', 'table', 'room', NULL, '_aside_del-room_1_room', 17138, '2026-11-30 14:00:48.54281+00', NULL, NULL, NULL),
	(6, 'shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'del-room', 0, 1, 'forward', 'table', 'room', NULL, '_aside_del-room_1_room', 17151, '2026-11-30 14:00:49.617683+00', NULL, NULL, NULL),
	(7, 'shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'del-room', 0, 1, 'forward', 'table', 'room', NULL, '_aside_del-room_1_room', 17190, '2026-11-30 14:00:49.651825+00', NULL, NULL, NULL),
	(8, 'shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'del-room', 0, 1, 'forward', 'table', 'room', NULL, '_aside_del-room_1_room', 17177, '2026-11-30 14:00:49.686512+00', NULL, NULL, NULL);

--
-- Data for Name: sync_gap; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: target; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.target VALUES
	('shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', 'shop', 3, '04e66bb91cd2697cb592d54138ca65953c17a4f7a0892f689cb6dc9005331c1a', '2026-11-30 14:00:48.54281+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16896, 16668),
	('shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'shop', 3, '04e66bb91cd2697cb592d54138ca65953c17a4f7a0892f689cb6dc9005331c1a', '2026-11-30 14:00:49.617683+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16899, 16668),
	('shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'shop', 3, '04e66bb91cd2697cb592d54138ca65953c17a4f7a0892f689cb6dc9005331c1a', '2026-11-30 14:00:49.651825+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16898, 16668),
	('shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'shop', 3, '04e66bb91cd2697cb592d54138ca65953c17a4f7a0892f689cb6dc9005331c1a', '2026-11-30 14:00:49.686512+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 16897, 16668);

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

SELECT pg_catalog.setval('schema_saga_target.set_aside_id_seq', 8, true);

--
-- PostgreSQL database dump complete
--


UPDATE schema_saga_target.set_aside SET relation = 'shop_base.guest'::regclass WHERE id = 1;
UPDATE schema_saga_target.set_aside SET relation = 'shop_cleo.guest'::regclass WHERE id = 2;
UPDATE schema_saga_target.set_aside SET relation = 'shop_ben.guest'::regclass WHERE id = 3;
UPDATE schema_saga_target.set_aside SET relation = 'shop_ana.guest'::regclass WHERE id = 4;
UPDATE schema_saga_target.set_aside SET relation = 'shop_base."_aside_del-room_1_room"'::regclass WHERE id = 5;
UPDATE schema_saga_target.set_aside SET relation = 'shop_cleo."_aside_del-room_1_room"'::regclass WHERE id = 6;
UPDATE schema_saga_target.set_aside SET relation = 'shop_ben."_aside_del-room_1_room"'::regclass WHERE id = 7;
UPDATE schema_saga_target.set_aside SET relation = 'shop_ana."_aside_del-room_1_room"'::regclass WHERE id = 8;
