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
-- Data for Name: audit; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.audit VALUES
	(1, '2026-11-30 13:51:11.761012+00', NULL, NULL, 'rosa', 'server_add', '{"id": "alpha", "dsn_env": "ALPHA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(2, '2026-11-30 13:51:11.782643+00', NULL, NULL, 'rosa', 'server_add', '{"id": "beta", "dsn_env": "BETA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(3, '2026-11-30 13:51:22.839127+00', 'shop', NULL, 'rosa', 'project_create', '{"base": {"server": "alpha", "namespace": "shop_base"}}'),
	(4, '2026-11-30 13:51:24.533272+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ana", "server": "alpha", "namespace": "shop_ana"}'),
	(5, '2026-11-30 13:51:24.84462+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ben", "server": "alpha", "namespace": "shop_ben"}'),
	(6, '2026-11-30 13:51:25.104394+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "cleo", "server": "alpha", "namespace": "shop_cleo"}'),
	(7, '2026-11-30 13:51:25.412245+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "dan", "server": "beta", "namespace": "shop_dan"}'),
	(8, '2026-11-30 13:51:25.865407+00', 'shop', 'setup-models', 'rosa', 'submit', '{"type": "publish_schema_changeset"}'),
	(9, '2026-11-30 13:51:28.75574+00', 'shop', 'setup-models', 'schema-saga', 'close_committed', '{"error_code": null}'),
	(10, '2026-11-30 13:59:42.928915+00', 'shop', 'retype', 'rosa', 'submit', '{"type": "model_field_operation"}');

--
-- Data for Name: server; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.server VALUES
	('alpha', 'ALPHA_URL', 8, false, '2026-11-30 13:51:11.761012+00', NULL),
	('beta', 'BETA_URL', 8, false, '2026-11-30 13:51:11.782643+00', NULL);

--
-- Data for Name: project; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.project VALUES
	('shop', 'alpha', 'shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', true, 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "number", "identifier": "visits", "input_type": "int"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', '{}', NULL, '2026-11-30 13:51:22.839127+00', NULL, NULL, NULL);

--
-- Data for Name: cache_document; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.cache_document VALUES
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "columns": [{"column": "name", "locale": ""}], "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "columns": [{"column": "email", "locale": ""}], "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "columns": [{"column": "visits", "locale": ""}], "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "columns": [{"column": "phone", "locale": ""}], "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "columns": [{"column": "note", "locale": ""}], "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "columns": [{"column": "address", "locale": ""}], "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "graphql": {"list_type": "GuestList", "list_query": "guestList", "sort_input": "GUESTLIST_INPUT_SORT_PAYLOAD", "count_query": "guestListCount", "object_type": "Guest", "where_input": "GUESTLIST_INPUT_WHERE_PAYLOAD", "single_query": "guest", "create_result": "Create_Guest", "delete_result": "Delete_Guest", "key_condition": "GUESTLIST_KEY_CONDITION", "update_result": "Update_Guest", "upsert_result": "Upsert_GuestList", "create_payload": "Guest_Create_Payload", "update_payload": "Guest_Update_Payload", "upsert_payload": "Guest_List_Upsert_Payload", "create_mutation": "createGuest", "delete_mutation": "deleteGuest", "list_connection": "Guest_List_Connection", "update_mutation": "updateGuest", "upsert_mutation": "upsertGuestList", "connection_filter": "GUEST_CONNECTION_FILTER_CONDITION", "count_where_input": "GUEST_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "guest"}, {"id": "room", "name": "room", "fields": [], "graphql": {"list_type": "RoomList", "list_query": "roomList", "sort_input": "ROOMLIST_INPUT_SORT_PAYLOAD", "count_query": "roomListCount", "object_type": "Room", "where_input": "ROOMLIST_INPUT_WHERE_PAYLOAD", "single_query": "room", "create_result": "Create_Room", "delete_result": "Delete_Room", "key_condition": "ROOMLIST_KEY_CONDITION", "update_result": "Update_Room", "upsert_result": "Upsert_RoomList", "create_payload": "Room_Create_Payload", "update_payload": "Room_Update_Payload", "upsert_payload": "Room_List_Upsert_Payload", "create_mutation": "createRoom", "delete_mutation": "deleteRoom", "list_connection": "Room_List_Connection", "update_mutation": "updateRoom", "upsert_mutation": "upsertRoomList", "connection_filter": "ROOM_CONNECTION_FILTER_CONDITION", "count_where_input": "ROOM_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "room"}], "relations": [], "generation": 1, "project_id": "shop"}', '2026-11-30 13:51:28.723729+00');

--
-- Data for Name: identity; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.identity VALUES
	(true, 'eb9aa14c-d710-42f0-94d8-e30e35211636');

--
-- Data for Name: operation; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation VALUES
	('setup-models', 1, 'shop', 'publish_schema_changeset', 'committed', 1, 1, '14278b64a0559de56e40a5f67587109de713e7774f95a84c68470c30481d1b1a', '{"type": "publish_schema_changeset", "mutations": [{"name": "guest", "type": "create_model"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "validation": {"required": true}, "field_label": "name"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "email"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "visits"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "phone"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "note"}, {"type": "add_field", "field_type": "object", "model_name": "guest", "field_label": "address"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "city", "parent_field": "address"}, {"name": "room", "type": "create_model"}]}', '{}', 'rosa', 'schema/shop/setup-models', '01a22cb9-8614-790d-89ef-a991c9f032c9', 'released', 0, 1, '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', false, false, NULL, NULL, '{"models": []}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-30 13:51:28.711842+00', '2026-11-30 13:51:25.865407+00', '2026-11-30 13:51:26.118813+00', '2026-11-30 13:51:28.75574+00', '2026-11-30 13:51:28.75574+00', '01a22cb9-8614-790d-89ef-a991c9f032c9', NULL, NULL, NULL, NULL, false, 0, NULL, NULL, NULL, NULL),
	('retype', 2, 'shop', 'model_field_operation', 'applying', 1, 1, '770fba51657a88b35be5975adf81a2a34db505c4d7bbd3473ca27dd85d5d5b23', '{"type": "model_field_operation", "operation": "change_type", "field_name": "visits", "input_type": "int", "model_name": "guest", "changed_type": "number"}', '{"parallel": 1}', 'rosa', 'schema/shop/retype', '01a22cc1-1997-7b24-81ad-4f198ffb10cf', 'holding', 1, 2, 'd270bae2c9da4ab7ac2e0ede4fbd49ab653ae62be0c682fade197ccc651524d5', false, false, NULL, NULL, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "number", "identifier": "visits", "input_type": "int"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-30 13:59:46.391196+00', '2026-11-30 13:59:42.928915+00', '2026-11-30 13:59:43.39532+00', NULL, '2026-11-30 13:59:43.39532+00', '01a22cc1-1997-7b24-81ad-4f198ffb10cf', NULL, NULL, NULL, NULL, false, 0, NULL, NULL, NULL, NULL);

--
-- Data for Name: operation_plan; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_plan VALUES
	('setup-models', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', 1, '{"hash": "8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435", "rows": [], "checks": [], "format": 2, "settle": [], "batches": [], "changes": [{"kind": "createTable", "table": {"name": "guest", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "guest_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_1"}, {"kind": "addColumn", "table": "guest", "column": {"name": "name", "type": "text", "default": "''''::text", "notNull": true}, "prefix": "_aside_setup-models_2"}, {"kind": "addColumn", "table": "guest", "column": {"name": "email", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_3"}, {"kind": "addColumn", "table": "guest", "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_4"}, {"kind": "addColumn", "table": "guest", "column": {"name": "phone", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_5"}, {"kind": "addColumn", "table": "guest", "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_6"}, {"kind": "addColumn", "table": "guest", "column": {"name": "address", "type": "jsonb", "default": null, "notNull": false}, "prefix": "_aside_setup-models_7"}, {"kind": "createTable", "table": {"name": "room", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "room_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_8"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"guest\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"guest_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"name\" text NOT NULL DEFAULT ''''::text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"email\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"visits\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"phone\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"note\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"address\" jsonb", "CREATE TABLE :\"ns\".\"room\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"room_pkey\" PRIMARY KEY (\"id\")\n)"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [{"name": "NEEDS_GRANTS", "detail": "guest belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}, {"name": "NEEDS_GRANTS", "detail": "room belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c", "baseRevision": 0, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''room'', ''_aside_setup-models_8_room'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''address'', ''_aside_setup-models_7_address'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''note'', ''_aside_setup-models_6_note'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''phone'', ''_aside_setup-models_5_phone'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_setup-models_4_visits'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''email'', ''_aside_setup-models_3_email'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''name'', ''_aside_setup-models_2_name'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''guest'', ''_aside_setup-models_1_guest'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"room\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}], "nextRevision": 1, "nextSchemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95"}', '2026-11-30 13:51:26.118813+00'),
	('retype', 'd270bae2c9da4ab7ac2e0ede4fbd49ab653ae62be0c682fade197ccc651524d5', 1, '{"hash": "d270bae2c9da4ab7ac2e0ede4fbd49ab653ae62be0c682fade197ccc651524d5", "rows": ["guest"], "checks": [{"sql": "SELECT (SELECT count(*) FROM (SELECT t.\"id\" FROM :\"ns\".\"guest\" t WHERE t.\"visits\" IS NOT NULL AND schema_saga_target.text_to_int_v1(t.\"visits\") IS NULL) c)::float8 AS count, ARRAY(SELECT o.\"id\"::text FROM (SELECT t.\"id\" FROM :\"ns\".\"guest\" t WHERE t.\"visits\" IS NOT NULL AND schema_saga_target.text_to_int_v1(t.\"visits\") IS NULL) o ORDER BY 1 LIMIT 5) AS ids", "what": "with a value in \"visits\" that is not a whole number from -2147483648 to 2147483647; an empty text is not one either, set it to NULL first", "table": "guest", "counts": "row"}], "format": 2, "settle": ["SELECT schema_saga_target.drop_sync_v1(:''ns'', ''schema_saga_sync_retype_1'')", "DELETE FROM schema_saga_target.misfit WHERE namespace = :''ns'' AND sync = ''retype_1''"], "batches": [{"table": "guest", "columns": [], "direction": "forward"}], "changes": [{"kind": "addColumn", "table": "guest", "column": {"name": "_aside_retype_1_visits", "type": "integer", "default": null, "notNull": false}, "prefix": "_aside_retype_1", "filledBy": {"sync": "retype_1"}}, {"kind": "syncColumns", "name": "retype_1", "table": "guest", "number": 1, "refuses": [], "replaces": null, "direction": "forward", "assignments": [{"value": {"sql": "schema_saga_target.text_to_int_v1($1)", "columns": ["visits"]}, "column": "_aside_retype_1_visits", "misfit": {"sql": "$1 IS NOT NULL AND $2 IS NULL", "columns": ["visits", "_aside_retype_1_visits"]}}]}, {"kind": "copyColumn", "table": "guest", "emptyOnly": false, "assignments": [{"value": {"sql": "schema_saga_target.text_to_int_v1($1)", "columns": ["visits"]}, "column": "_aside_retype_1_visits", "misfit": {"sql": "$1 IS NOT NULL AND $2 IS NULL", "columns": ["visits", "_aside_retype_1_visits"]}}]}, {"kind": "setAsideColumn", "table": "guest", "checks": [], "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_retype_2", "indexes": [], "uniques": [], "replaced": true, "foreignKeys": []}, {"to": "visits", "from": "_aside_retype_1_visits", "kind": "renameColumn", "table": "guest"}, {"to": "visits", "from": "_aside_retype_2_visits", "kind": "carryColumn", "type": "integer", "table": "guest", "wasType": "text"}, {"kind": "syncColumns", "name": "retype_1", "table": "guest", "number": 1, "refuses": [{"sql": "$1 IS NOT NULL AND $2 IS NULL", "columns": ["_aside_retype_2_visits", "visits"]}], "replaces": {"kind": "syncColumns", "name": "retype_1", "table": "guest", "number": 1, "refuses": [], "replaces": null, "direction": "forward", "assignments": [{"value": {"sql": "schema_saga_target.text_to_int_v1($1)", "columns": ["visits"]}, "column": "_aside_retype_1_visits", "misfit": {"sql": "$1 IS NOT NULL AND $2 IS NULL", "columns": ["visits", "_aside_retype_1_visits"]}}]}, "direction": "backward", "assignments": [{"value": {"sql": "($1)::text", "columns": ["visits"]}, "column": "_aside_retype_2_visits", "misfit": {"sql": "$1 IS NOT NULL AND $2 IS NULL", "columns": ["visits", "_aside_retype_2_visits"]}}]}], "forward": [{"sql": ["ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"_aside_retype_1_visits\" integer", "CREATE OR REPLACE FUNCTION :\"ns\".\"schema_saga_sync_retype_1\"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS ''BEGIN\n  IF TG_OP = ''''INSERT'''' OR ROW(NEW.\"id\", NEW.\"visits\") IS DISTINCT FROM ROW(OLD.\"id\", OLD.\"visits\") THEN\n    NEW.\"_aside_retype_1_visits\" := schema_saga_target.text_to_int_v1(NEW.\"visits\");\n  END IF;\n  IF (NEW.\"visits\" IS NOT NULL AND NEW.\"_aside_retype_1_visits\" IS NULL) THEN\n    PERFORM schema_saga_target.note_misfit_v1(TG_TABLE_SCHEMA::text, ''''retype_1'''', ''''forward'''', NEW.\"id\"::text);\n  END IF;\n  RETURN NEW;\nEND''", "CREATE TRIGGER \"~schema_saga_sync_9998_retype_1\" BEFORE INSERT OR UPDATE ON :\"ns\".\"guest\" FOR EACH ROW EXECUTE FUNCTION :\"ns\".\"schema_saga_sync_retype_1\"()", "ALTER TABLE :\"ns\".\"guest\" ENABLE ALWAYS TRIGGER \"~schema_saga_sync_9998_retype_1\""], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}, {"sql": ["WITH batch AS MATERIALIZED (\n  SELECT t.\"id\", (t.\"_aside_retype_1_visits\" IS DISTINCT FROM schema_saga_target.text_to_int_v1(t.\"visits\") OR (t.\"visits\" IS NOT NULL AND t.\"_aside_retype_1_visits\" IS NULL)) AS due FROM :\"ns\".\"guest\" t WHERE (:''after'' = '''' OR t.\"id\" > :''after'') ORDER BY t.\"id\" LIMIT :batch FOR NO KEY UPDATE\n), work_1 AS (\n  UPDATE :\"ns\".\"guest\" t SET \"_aside_retype_1_visits\" = schema_saga_target.text_to_int_v1(t.\"visits\")\n    FROM batch WHERE t.\"id\" = batch.id AND t.\"id\" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch) AND (t.\"_aside_retype_1_visits\" IS DISTINCT FROM schema_saga_target.text_to_int_v1(t.\"visits\") OR (t.\"visits\" IS NOT NULL AND t.\"_aside_retype_1_visits\" IS NULL))\n    RETURNING batch.id, (t.\"_aside_retype_1_visits\" IS DISTINCT FROM schema_saga_target.text_to_int_v1(t.\"visits\")) AS still\n)\nSELECT max(batch.id) AS last, count(*)::integer AS rows, count(*) FILTER (WHERE batch.due AND coalesce(work_1.still, true))::integer AS kept,\n  (array_agg(batch.id ORDER BY batch.id) FILTER (WHERE batch.due AND coalesce(work_1.still, true)))[1:5] AS ids\n  FROM batch LEFT JOIN work_1 ON work_1.id = batch.id"], "kind": "backfill", "index": null, "stage": 2, "asides": [], "validates": false}, {"sql": ["ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"visits\" TO \"_aside_retype_2_visits\"", "ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"_aside_retype_1_visits\" TO \"visits\"", "SELECT schema_saga_target.carry_column_v1(:''ns'', ''guest'', ''_aside_retype_2_visits'', ''visits'')", "SELECT schema_saga_target.require_fit_v1(:''ns'', ''guest'', ''retype_1'', ''(t.\"_aside_retype_2_visits\" IS NOT NULL AND t.\"visits\" IS NULL)'')", "CREATE OR REPLACE FUNCTION :\"ns\".\"schema_saga_sync_retype_1\"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS ''BEGIN\n  IF TG_OP = ''''INSERT'''' OR ROW(NEW.\"id\", NEW.\"visits\") IS DISTINCT FROM ROW(OLD.\"id\", OLD.\"visits\") THEN\n    NEW.\"_aside_retype_2_visits\" := (NEW.\"visits\")::text;\n  END IF;\n  IF (NEW.\"visits\" IS NOT NULL AND NEW.\"_aside_retype_2_visits\" IS NULL) THEN\n    PERFORM schema_saga_target.note_misfit_v1(TG_TABLE_SCHEMA::text, ''''retype_1'''', ''''backward'''', NEW.\"id\"::text);\n  END IF;\n  RETURN NEW;\nEND''"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 3, "asides": [{"kind": "column", "table": "guest", "column": "visits", "asideName": "_aside_retype_2_visits"}], "validates": false}], "hazards": [{"name": "TRIGGER", "detail": "writes to guest go through a trigger until the operation is over"}, {"name": "WRITES_ROWS", "detail": "all rows of guest are written once more, in batches"}, {"name": "SETS_ASIDE", "detail": "guest.visits and its values are kept, but hidden from applications"}, {"name": "BREAKS_POSITIONAL_WRITES", "detail": "an INSERT into guest without a list of columns, and a COPY without one, puts its values into hidden columns too"}, {"name": "BREAKS_OLD_READERS", "detail": "applications that expect the old form of guest must know the new one"}], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "number", "identifier": "visits", "input_type": "int"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95", "baseRevision": 1, "compensation": [{"sql": ["SELECT schema_saga_target.drop_sync_v1(:''ns'', ''schema_saga_sync_retype_1'')", "SELECT schema_saga_target.drop_synced_column_v1(:''ns'', ''guest'', ''_aside_retype_1_visits'', ''retype_1'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}, {"sql": [], "kind": "transaction", "index": null, "stage": 2, "asides": [], "validates": false}, {"sql": ["CREATE OR REPLACE FUNCTION :\"ns\".\"schema_saga_sync_retype_1\"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS ''BEGIN\n  IF TG_OP = ''''INSERT'''' OR ROW(NEW.\"id\", NEW.\"visits\") IS DISTINCT FROM ROW(OLD.\"id\", OLD.\"visits\") THEN\n    NEW.\"_aside_retype_1_visits\" := schema_saga_target.text_to_int_v1(NEW.\"visits\");\n  END IF;\n  IF (NEW.\"visits\" IS NOT NULL AND NEW.\"_aside_retype_1_visits\" IS NULL) THEN\n    PERFORM schema_saga_target.note_misfit_v1(TG_TABLE_SCHEMA::text, ''''retype_1'''', ''''forward'''', NEW.\"id\"::text);\n  END IF;\n  RETURN NEW;\nEND''", "SELECT schema_saga_target.carry_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_retype_2_visits'')", "ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"visits\" TO \"_aside_retype_1_visits\"", "ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"_aside_retype_2_visits\" TO \"visits\""], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 3, "asides": [{"kind": "column", "table": "guest", "column": "visits", "asideName": "_aside_retype_2_visits"}], "validates": false}], "nextRevision": 2, "nextSchemaHash": "b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9"}', '2026-11-30 13:59:43.39532+00');

--
-- Data for Name: operation_step; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_step VALUES
	('setup-models', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:43.503355+00', '2026-11-30 13:59:44.001758+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.488468+00', '2026-11-30 13:51:26.705701+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.793977+00', '2026-11-30 13:51:26.880472+00', 0, false, 'a try', NULL, NULL, NULL),
	('retype', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:44.077701+00', '2026-11-30 13:59:44.292854+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.814447+00', '2026-11-30 13:51:28.188565+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.913258+00', '2026-11-30 13:51:28.182133+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.920562+00', '2026-11-30 13:51:28.198561+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.92228+00', '2026-11-30 13:51:28.260008+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.711842+00', '2026-11-30 13:51:28.719353+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.252456+00', '2026-11-30 13:51:28.719386+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.723611+00', '2026-11-30 13:51:28.728726+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.783129+00', '2026-11-30 13:51:28.85805+00', 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'cache', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'after_commit', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:44.634641+00', '2026-11-30 13:59:44.849582+00', 0, false, 'a try', NULL, NULL, NULL),
	('retype', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:45.057832+00', '2026-11-30 13:59:45.162576+00', 0, false, 'a try', NULL, NULL, NULL),
	('retype', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:45.311882+00', '2026-11-30 13:59:45.457968+00', 0, false, 'a try', NULL, NULL, NULL),
	('retype', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:46.011628+00', '2026-11-30 13:59:46.185851+00', 0, false, 'a try', NULL, NULL, NULL),
	('retype', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:46.391196+00', '2026-11-30 13:59:46.409446+00', 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:59:44.481328+00', '2026-11-30 13:59:46.409483+00', 0, false, 'unknown', NULL, NULL, NULL),
	('retype', 'settle', '', 'running', NULL, NULL, 1, 0, false, '2026-11-30 13:59:46.426865+00', NULL, 0, false, 'unknown', NULL, NULL, NULL);

--
-- Data for Name: place; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.place VALUES
	('alpha', 'shop_base', 'shop', ''),
	('alpha', 'shop_ana', 'shop', 'ana'),
	('alpha', 'shop_ben', 'shop', 'ben'),
	('alpha', 'shop_cleo', 'shop', 'cleo'),
	('beta', 'shop_dan', 'shop', 'dan');

--
-- Data for Name: purged_object; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: raised; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: reconcile_run; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: released_target; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: schema_revision; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.schema_revision VALUES
	('shop', 0, '{"models": []}', '74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c', NULL, '2026-11-30 13:51:22.839127+00'),
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:28.711842+00'),
	('shop', 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "number", "identifier": "visits", "input_type": "int"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', 'retype', '2026-11-30 13:59:46.391196+00');

--
-- Data for Name: session_lease; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.session_lease VALUES
	('alpha', 'vm/27633/45de7919-028c-4441-853e-f835279cf8a1', 4, 4, '2026-11-30 13:59:43.648461+00', '2026-11-30 14:00:15.749729+00'),
	('beta', 'vm/27633/45de7919-028c-4441-853e-f835279cf8a1', 4, 4, '2026-11-30 13:59:43.703221+00', '2026-11-30 14:00:15.852201+00'),
	('alpha', 'vm/28109/f60274fe-63f8-4ecd-9833-7c3514592dac', 4, 4, '2026-11-30 14:00:02.773499+00', '2026-11-30 14:00:32.876739+00'),
	('beta', 'vm/28109/f60274fe-63f8-4ecd-9833-7c3514592dac', 1, 1, '2026-11-30 14:00:03.030032+00', '2026-11-30 14:00:33.030032+00');

--
-- Data for Name: tenant; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.tenant VALUES
	('shop', 'ana', 'alpha', 'shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'active', NULL, NULL, NULL, 2, 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', 'retype', '2026-11-30 13:51:24.681152+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ben', 'alpha', 'shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'active', NULL, NULL, NULL, 2, 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', 'retype', '2026-11-30 13:51:24.968511+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'cleo', 'alpha', 'shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'active', NULL, NULL, NULL, 2, 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', 'retype', '2026-11-30 13:51:25.206695+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'dan', 'beta', 'shop_dan', 'b941a052-6136-4222-b5f8-f585ad64c92f', 'active', NULL, NULL, NULL, 2, 'b4d6bbc1ad2e20245318c77a51e9744c67440bd28be49517e56ab2e275b617d9', 'retype', '2026-11-30 13:51:25.644604+00', NULL, NULL, 0, NULL, NULL);

--
-- Data for Name: settle_debt; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: catalog; Type: TABLE DATA; Schema: schema_saga_migration; Owner: -
--

INSERT INTO schema_saga_migration.catalog VALUES
	(1, '001_catalog', '2026-11-30 13:51:11.233445'),
	(2, '002_fences', '2026-11-30 13:51:11.281755'),
	(3, '003_policies', '2026-11-30 13:51:11.296796'),
	(4, '004_tenants', '2026-11-30 13:51:11.305023'),
	(5, '005_leases', '2026-11-30 13:51:11.307228'),
	(6, '006_reconcile', '2026-11-30 13:51:11.315412'),
	(7, '007_asides', '2026-11-30 13:51:11.333158'),
	(8, '008_closing', '2026-11-30 13:51:11.347262'),
	(9, '009_room', '2026-11-30 13:51:11.350843'),
	(10, '010_records', '2026-11-30 13:51:11.363582'),
	(11, '011_owners', '2026-11-30 13:51:11.366755'),
	(12, '012_settle_debts', '2026-11-30 13:51:11.381537'),
	(13, '013_talk', '2026-11-30 13:51:11.398598'),
	(14, '014_sight', '2026-11-30 13:51:11.407774'),
	(15, '015_debts_by_name', '2026-11-30 13:51:11.413527');

--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: schema_saga; Owner: -
--

SELECT pg_catalog.setval('schema_saga.audit_id_seq', 10, true);

--
-- Name: operation_seq_seq; Type: SEQUENCE SET; Schema: schema_saga; Owner: -
--

SELECT pg_catalog.setval('schema_saga.operation_seq_seq', 2, true);

--
-- Name: catalog_id_seq; Type: SEQUENCE SET; Schema: schema_saga_migration; Owner: -
--

SELECT pg_catalog.setval('schema_saga_migration.catalog_id_seq', 15, true);

--
-- PostgreSQL database dump complete
--

