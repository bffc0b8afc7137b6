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
    _aside_retype_2_visits text,
    phone text,
    note text,
    address jsonb,
    visits integer
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
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL),
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', 12),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', 7);

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

INSERT INTO schema_saga_target.backfill VALUES
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'retype', 0, 2, 'forward', 'g3', 3, '2026-11-29 13:19:27.438854+00');

--
-- Data for Name: bookkeeping; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.bookkeeping VALUES
	(true, 5, '2026-11-29 13:09:55.653493+00');

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
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:09:58.126774+00'),
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'retype', 0, 1, 'applied', 'a5cf16836774687790f97c5b987ff9718b5a8c185ea52a345d1f4aa6331c5f88', NULL, '2026-11-29 13:19:27.427512+00'),
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'retype', 0, 2, 'applied', 'a5cf16836774687790f97c5b987ff9718b5a8c185ea52a345d1f4aa6331c5f88', NULL, '2026-11-29 13:19:27.449435+00'),
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'retype', 0, 3, 'applied', 'a5cf16836774687790f97c5b987ff9718b5a8c185ea52a345d1f4aa6331c5f88', NULL, '2026-11-29 13:19:27.451005+00');

--
-- Data for Name: misfit; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.set_aside OVERRIDING SYSTEM VALUE VALUES
	(1, 'shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'retype', 0, 3, 'forward', 'column', 'guest', 'visits', '_aside_retype_2_visits', 17503, '2026-11-29 13:19:27.451005+00', NULL, NULL);

--
-- Data for Name: target; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.target VALUES
	('shop_dan', 'e71a1e44-cc83-4d0b-98bd-e02592e1ea2f', 'shop', 2, 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', '2026-11-29 13:19:27.451005+00');

--
-- Name: drift_id_seq; Type: SEQUENCE SET; Schema: schema_saga_target; Owner: -
--

SELECT pg_catalog.setval('schema_saga_target.drift_id_seq', 1, false);

--
-- Name: set_aside_id_seq; Type: SEQUENCE SET; Schema: schema_saga_target; Owner: -
--

SELECT pg_catalog.setval('schema_saga_target.set_aside_id_seq', 1, true);

--
-- PostgreSQL database dump complete
--


UPDATE schema_saga_target.set_aside SET relation = 'shop_dan.guest'::regclass WHERE id = 1;
