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
	(10, '2026-11-30 13:55:34.404109+00', 'shop', 'card', 'rosa', 'submit', '{"type": "add_field"}'),
	(11, '2026-11-30 13:55:39.557145+00', 'shop', 'card', 'schema-saga', 'park_tenant', '{"tenant": "ben", "changed": "no", "error_code": "STATEMENT_REFUSED"}'),
	(12, '2026-11-30 13:55:42.752258+00', 'shop', 'card', 'schema-saga', 'close_committed', '{"error_code": null}');

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
	('shop', 'alpha', 'shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', true, 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '{}', NULL, '2026-11-30 13:51:22.839127+00', NULL, NULL, NULL);

--
-- Data for Name: cache_document; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.cache_document VALUES
	('shop', 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "columns": [{"column": "name", "locale": ""}], "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "columns": [{"column": "email", "locale": ""}], "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "columns": [{"column": "visits", "locale": ""}], "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "columns": [{"column": "phone", "locale": ""}], "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "columns": [{"column": "note", "locale": ""}], "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "columns": [{"column": "address", "locale": ""}], "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "columns": [{"column": "card", "locale": ""}], "field_type": "text", "identifier": "card", "input_type": "string"}], "graphql": {"list_type": "GuestList", "list_query": "guestList", "sort_input": "GUESTLIST_INPUT_SORT_PAYLOAD", "count_query": "guestListCount", "object_type": "Guest", "where_input": "GUESTLIST_INPUT_WHERE_PAYLOAD", "single_query": "guest", "create_result": "Create_Guest", "delete_result": "Delete_Guest", "key_condition": "GUESTLIST_KEY_CONDITION", "update_result": "Update_Guest", "upsert_result": "Upsert_GuestList", "create_payload": "Guest_Create_Payload", "update_payload": "Guest_Update_Payload", "upsert_payload": "Guest_List_Upsert_Payload", "create_mutation": "createGuest", "delete_mutation": "deleteGuest", "list_connection": "Guest_List_Connection", "update_mutation": "updateGuest", "upsert_mutation": "upsertGuestList", "connection_filter": "GUEST_CONNECTION_FILTER_CONDITION", "count_where_input": "GUEST_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "guest"}, {"id": "room", "name": "room", "fields": [], "graphql": {"list_type": "RoomList", "list_query": "roomList", "sort_input": "ROOMLIST_INPUT_SORT_PAYLOAD", "count_query": "roomListCount", "object_type": "Room", "where_input": "ROOMLIST_INPUT_WHERE_PAYLOAD", "single_query": "room", "create_result": "Create_Room", "delete_result": "Delete_Room", "key_condition": "ROOMLIST_KEY_CONDITION", "update_result": "Update_Room", "upsert_result": "Upsert_RoomList", "create_payload": "Room_Create_Payload", "update_payload": "Room_Update_Payload", "upsert_payload": "Room_List_Upsert_Payload", "create_mutation": "createRoom", "delete_mutation": "deleteRoom", "list_connection": "Room_List_Connection", "update_mutation": "updateRoom", "upsert_mutation": "upsertRoomList", "connection_filter": "ROOM_CONNECTION_FILTER_CONDITION", "count_where_input": "ROOM_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "room"}], "relations": [], "generation": 2, "project_id": "shop"}', '2026-11-30 13:55:42.603571+00');

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
	('card', 2, 'shop', 'add_field', 'committed', 1, 1, 'c1739fc62ecba8f76efed36150400d108f51c60f99061382050be4f491022614', '{"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "Card"}', '{"parallel": 1, "maxParked": 2, "onTenantFailure": "park"}', 'rosa', 'schema/shop/card', '01a22cbd-4c78-73a1-8871-7c013e9ab9d7', 'released', 1, 2, 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', false, false, NULL, NULL, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-30 13:55:42.552541+00', '2026-11-30 13:55:34.404109+00', '2026-11-30 13:55:34.914845+00', '2026-11-30 13:55:42.752258+00', '2026-11-30 13:55:42.752258+00', '01a22cbd-4c78-73a1-8871-7c013e9ab9d7', NULL, NULL, NULL, NULL, false, 0, NULL, NULL, NULL, NULL);

--
-- Data for Name: operation_plan; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_plan VALUES
	('setup-models', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', 1, '{"hash": "8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435", "rows": [], "checks": [], "format": 2, "settle": [], "batches": [], "changes": [{"kind": "createTable", "table": {"name": "guest", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "guest_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_1"}, {"kind": "addColumn", "table": "guest", "column": {"name": "name", "type": "text", "default": "''''::text", "notNull": true}, "prefix": "_aside_setup-models_2"}, {"kind": "addColumn", "table": "guest", "column": {"name": "email", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_3"}, {"kind": "addColumn", "table": "guest", "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_4"}, {"kind": "addColumn", "table": "guest", "column": {"name": "phone", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_5"}, {"kind": "addColumn", "table": "guest", "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_6"}, {"kind": "addColumn", "table": "guest", "column": {"name": "address", "type": "jsonb", "default": null, "notNull": false}, "prefix": "_aside_setup-models_7"}, {"kind": "createTable", "table": {"name": "room", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "room_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_8"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"guest\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"guest_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"name\" text NOT NULL DEFAULT ''''::text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"email\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"visits\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"phone\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"note\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"address\" jsonb", "CREATE TABLE :\"ns\".\"room\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"room_pkey\" PRIMARY KEY (\"id\")\n)"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [{"name": "NEEDS_GRANTS", "detail": "guest belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}, {"name": "NEEDS_GRANTS", "detail": "room belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c", "baseRevision": 0, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''room'', ''_aside_setup-models_8_room'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''address'', ''_aside_setup-models_7_address'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''note'', ''_aside_setup-models_6_note'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''phone'', ''_aside_setup-models_5_phone'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_setup-models_4_visits'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''email'', ''_aside_setup-models_3_email'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''name'', ''_aside_setup-models_2_name'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''guest'', ''_aside_setup-models_1_guest'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"room\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}], "nextRevision": 1, "nextSchemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95"}', '2026-11-30 13:51:26.118813+00'),
	('card', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', 1, '{"hash": "f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772", "rows": ["guest"], "checks": [], "format": 2, "settle": [], "batches": [], "changes": [{"kind": "addColumn", "table": "guest", "column": {"name": "card", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_card_1"}], "forward": [{"sql": ["ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"card\" text"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95", "baseRevision": 1, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''card'', ''_aside_card_1_card'')"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "nextRevision": 2, "nextSchemaHash": "df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f"}', '2026-11-30 13:55:34.914845+00');

--
-- Data for Name: operation_step; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_step VALUES
	('setup-models', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:35.208514+00', '2026-11-30 13:55:36.145877+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.488468+00', '2026-11-30 13:51:26.705701+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.793977+00', '2026-11-30 13:51:26.880472+00', 0, false, 'a try', NULL, NULL, NULL),
	('card', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:36.459904+00', '2026-11-30 13:55:36.806+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.814447+00', '2026-11-30 13:51:28.188565+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.913258+00', '2026-11-30 13:51:28.182133+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.920562+00', '2026-11-30 13:51:28.198561+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.92228+00', '2026-11-30 13:51:28.260008+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.711842+00', '2026-11-30 13:51:28.719353+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.252456+00', '2026-11-30 13:51:28.719386+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.723611+00', '2026-11-30 13:51:28.728726+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.783129+00', '2026-11-30 13:51:28.85805+00', 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:37.866416+00', '2026-11-30 13:55:38.209765+00', 0, false, 'a try', NULL, NULL, NULL),
	('card', 'tenant_ddl', 'ben', 'parked', 'alpha/shop_ben: the application raised an error, kept as raise-f1c7374b01136651 (SQLSTATE P0001, event trigger refuse_frozen, function refuse_frozen()).', 'STATEMENT_REFUSED', 1, 0, true, '2026-11-30 13:55:38.488471+00', '2026-11-30 13:55:39.557145+00', 0, false, 'a try', NULL, NULL, NULL),
	('card', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:40.034912+00', '2026-11-30 13:55:40.321192+00', 0, false, 'a try', NULL, NULL, NULL),
	('card', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:41.458232+00', '2026-11-30 13:55:41.799747+00', 0, false, 'a try', NULL, NULL, NULL),
	('card', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:42.552541+00', '2026-11-30 13:55:42.598621+00', 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:37.414258+00', '2026-11-30 13:55:42.598663+00', 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:42.60298+00', '2026-11-30 13:55:42.608944+00', 0, false, 'unknown', NULL, NULL, NULL),
	('card', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:55:42.953547+00', '2026-11-30 13:55:43.49318+00', 0, false, 'unknown', NULL, NULL, NULL);

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

INSERT INTO schema_saga.raised VALUES
	('raise-f1c7374b01136651', 'frozen because of guest g2, Nils', '2026-11-30 13:55:38.952528+00');

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
	('shop', 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-30 13:55:42.552541+00');

--
-- Data for Name: session_lease; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.session_lease VALUES
	('beta', 'vm/15434/4e97a243-1563-44d7-8523-a4a81b6d9a8f', 1, 1, '2026-11-30 13:55:41.63048+00', '2026-11-30 13:56:13.723985+00');

--
-- Data for Name: tenant; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.tenant VALUES
	('shop', 'ana', 'alpha', 'shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-30 13:51:24.681152+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ben', 'alpha', 'shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'parked', 'failure', 'alpha/shop_ben: the application raised an error, kept as raise-f1c7374b01136651 (SQLSTATE P0001, event trigger refuse_frozen, function refuse_frozen()).', 'STATEMENT_REFUSED', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:55:39.557145+00', 'card', 'no', 0, NULL, NULL),
	('shop', 'cleo', 'alpha', 'shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-30 13:51:25.206695+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'dan', 'beta', 'shop_dan', 'b941a052-6136-4222-b5f8-f585ad64c92f', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-30 13:51:25.644604+00', NULL, NULL, 0, NULL, NULL);

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

SELECT pg_catalog.setval('schema_saga.audit_id_seq', 12, true);

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

