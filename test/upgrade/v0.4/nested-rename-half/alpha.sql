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

--
-- Name: schema_saga_sync_town_1(); Type: FUNCTION; Schema: shop_ana; Owner: -
--

CREATE FUNCTION shop_ana.schema_saga_sync_town_1() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$BEGIN
  IF TG_OP = 'INSERT' OR ROW(NEW."address") IS DISTINCT FROM ROW(OLD."address") THEN
    NEW."_aside_town_1_address" := schema_saga_target.json_edit_v1(NEW."address", ARRAY[]::text[], '{"op":"rename","from":"city","to":"town"}'::jsonb);
  END IF;
  RETURN NEW;
END$$;

--
-- Name: schema_saga_sync_town_1(); Type: FUNCTION; Schema: shop_base; Owner: -
--

CREATE FUNCTION shop_base.schema_saga_sync_town_1() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$BEGIN
  IF TG_OP = 'INSERT' OR ROW(NEW."address") IS DISTINCT FROM ROW(OLD."address") THEN
    NEW."_aside_town_2_address" := schema_saga_target.json_edit_v1(NEW."address", ARRAY[]::text[], '{"op":"rename","from":"town","to":"city"}'::jsonb);
  END IF;
  RETURN NEW;
END$$;

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
    _aside_town_1_address jsonb
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
    _aside_town_2_address jsonb,
    address jsonb
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
    address jsonb
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
    address jsonb
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
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL),
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', '{"town": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', '{"town": "Kiel"}');

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_ana; Owner: -
--

INSERT INTO shop_ana.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base.guest VALUES
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL, NULL),
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}', '{"town": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}', '{"town": "Kiel"}');

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_base; Owner: -
--

INSERT INTO shop_base.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

--
-- Data for Name: room; Type: TABLE DATA; Schema: shop_ben; Owner: -
--

INSERT INTO shop_ben.room VALUES
	('r1');

--
-- Data for Name: guest; Type: TABLE DATA; Schema: shop_cleo; Owner: -
--

INSERT INTO shop_cleo.guest VALUES
	('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
	('g2', 'Ida', 'ida@example.org', '7', NULL, NULL, '{"city": "Kiel"}'),
	('g3', 'Omar', NULL, NULL, NULL, 'late', NULL);

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
-- Name: guest ~schema_saga_sync_9998_town_1; Type: TRIGGER; Schema: shop_ana; Owner: -
--

CREATE TRIGGER "~schema_saga_sync_9998_town_1" BEFORE INSERT OR UPDATE ON shop_ana.guest FOR EACH ROW EXECUTE FUNCTION shop_ana.schema_saga_sync_town_1();

--
-- Name: guest ~schema_saga_sync_9998_town_1; Type: TRIGGER; Schema: shop_base; Owner: -
--

CREATE TRIGGER "~schema_saga_sync_9998_town_1" BEFORE INSERT OR UPDATE ON shop_base.guest FOR EACH ROW EXECUTE FUNCTION shop_base.schema_saga_sync_town_1();

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
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'town', 0, 2, 'forward', 'g3', 3, '2026-11-29 13:39:36.694938+00'),
	('shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'town', 0, 2, 'forward', 'g3', 3, '2026-11-29 13:39:37.491897+00');

--
-- Data for Name: bookkeeping; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.bookkeeping VALUES
	(true, 5, '2026-11-29 13:35:47.99979+00');

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
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:35:50.368582+00'),
	('shop_cleo', '14be747b-2bd4-4d32-adf6-23d0426d00b1', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:35:51.513473+00'),
	('shop_ben', 'aba1bea3-33d3-4364-843d-2e87782722e2', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:35:51.599519+00'),
	('shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'setup-models', 0, 1, 'applied', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', NULL, '2026-11-29 13:35:51.63347+00'),
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'town', 0, 1, 'applied', 'a99ef5eee936967e1b238ce10815feadef13b380e4efb0b364fae06d85a99940', NULL, '2026-11-29 13:39:36.66644+00'),
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'town', 0, 2, 'applied', 'a99ef5eee936967e1b238ce10815feadef13b380e4efb0b364fae06d85a99940', NULL, '2026-11-29 13:39:36.707955+00'),
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'town', 0, 3, 'applied', 'a99ef5eee936967e1b238ce10815feadef13b380e4efb0b364fae06d85a99940', NULL, '2026-11-29 13:39:36.709263+00'),
	('shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'town', 0, 1, 'applied', 'a99ef5eee936967e1b238ce10815feadef13b380e4efb0b364fae06d85a99940', NULL, '2026-11-29 13:39:37.411287+00'),
	('shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'town', 0, 2, 'started', 'a99ef5eee936967e1b238ce10815feadef13b380e4efb0b364fae06d85a99940', NULL, '2026-11-29 13:39:37.418191+00');

--
-- Data for Name: misfit; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.set_aside OVERRIDING SYSTEM VALUE VALUES
	(1, 'shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'town', 0, 3, 'forward', 'column', 'guest', 'address', '_aside_town_2_address', 18568, '2026-11-29 13:39:36.709263+00', NULL, NULL);

--
-- Data for Name: target; Type: TABLE DATA; Schema: schema_saga_target; Owner: -
--

INSERT INTO schema_saga_target.target VALUES
	('shop_cleo', '14be747b-2bd4-4d32-adf6-23d0426d00b1', 'shop', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '2026-11-29 13:35:51.513473+00'),
	('shop_ben', 'aba1bea3-33d3-4364-843d-2e87782722e2', 'shop', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '2026-11-29 13:35:51.599519+00'),
	('shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'shop', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '2026-11-29 13:35:51.63347+00'),
	('shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', 'shop', 2, '45fb71255ae518c895358b62e91c41f67f687dc54fea677accafae939c556655', '2026-11-29 13:39:36.709263+00');

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


UPDATE schema_saga_target.set_aside SET relation = 'shop_base.guest'::regclass WHERE id = 1;
