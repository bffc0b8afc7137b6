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
-- Name: shop_dan; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop_dan;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: guest; Type: TABLE; Schema: shop_dan; Owner: -
--

CREATE TABLE shop_dan.guest (
    id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    visits text,
    phone text,
    note text,
    address jsonb
);

--
-- Name: room; Type: TABLE; Schema: shop_dan; Owner: -
--

CREATE TABLE shop_dan.room (
    id character varying(36) NOT NULL
);

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_dan; Owner: -
--

INSERT INTO shop_dan.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_dan; Owner: -
--

INSERT INTO shop_dan.room VALUES
	('r1');

--
-- Name: guest guest_pkey; Type: CONSTRAINT; Schema: shop_dan; Owner: -
--

ALTER TABLE ONLY shop_dan.guest
    ADD CONSTRAINT guest_pkey PRIMARY KEY (id);

--
-- Name: room room_pkey; Type: CONSTRAINT; Schema: shop_dan; Owner: -
--

ALTER TABLE ONLY shop_dan.room
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
	(true, 6, '2026-11-30 13:51:25.502375+00');

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
	('shop_dan', 'b941a052-6136-4222-b5f8-f585ad64c92f', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-30 13:51:28.141441+00');

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
	('shop_dan', 'b941a052-6136-4222-b5f8-f585ad64c92f', 'shop', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '2026-11-30 13:51:28.141441+00', 'eb9aa14c-d710-42f0-94d8-e30e35211636', NULL, 17128, 16900);

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

