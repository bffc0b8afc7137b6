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
	(1, '2026-11-29 13:35:41.047588+00', NULL, NULL, 'rosa', 'server_add', '{"id": "alpha", "dsn_env": "ALPHA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(2, '2026-11-29 13:35:41.055692+00', NULL, NULL, 'rosa', 'server_add', '{"id": "beta", "dsn_env": "BETA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(3, '2026-11-29 13:35:47.200562+00', 'shop', NULL, 'rosa', 'project_create', '{"base": {"server": "alpha", "namespace": "shop_base"}}'),
	(4, '2026-11-29 13:35:48.474581+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ana", "server": "alpha", "namespace": "shop_ana"}'),
	(5, '2026-11-29 13:35:48.671761+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ben", "server": "alpha", "namespace": "shop_ben"}'),
	(6, '2026-11-29 13:35:48.921899+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "cleo", "server": "alpha", "namespace": "shop_cleo"}'),
	(7, '2026-11-29 13:35:49.186591+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "dan", "server": "beta", "namespace": "shop_dan"}'),
	(8, '2026-11-29 13:35:49.61104+00', 'shop', 'setup-models', 'rosa', 'submit', '{"type": "publish_schema_changeset"}'),
	(9, '2026-11-29 13:35:52.093609+00', 'shop', 'setup-models', 'schema-saga', 'close_committed', '{"error_code": null}'),
	(10, '2026-11-29 13:36:21.10055+00', 'shop', 'card', 'rosa', 'submit', '{"type": "add_field"}'),
	(11, '2026-11-29 13:36:30.861344+00', 'shop', 'card', 'schema-saga', 'close_failed', '{"error_code": "TARGET_DRIFTED"}');

--
-- Data for Name: server; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.server VALUES
	('alpha', 'ALPHA_URL', 8, false, '2026-11-29 13:35:41.047588+00', NULL),
	('beta', 'BETA_URL', 8, false, '2026-11-29 13:35:41.055692+00', NULL);

--
-- Data for Name: project; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.project VALUES
	('shop', 'alpha', 'shop_base', '7aac6cfb-e548-4f37-9816-9cf54e376015', true, 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '{}', NULL, '2026-11-29 13:35:47.200562+00', NULL, NULL, NULL);

--
-- Data for Name: cache_document; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.cache_document VALUES
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "columns": [{"column": "name", "locale": ""}], "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "columns": [{"column": "email", "locale": ""}], "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "columns": [{"column": "visits", "locale": ""}], "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "columns": [{"column": "phone", "locale": ""}], "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "columns": [{"column": "note", "locale": ""}], "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "columns": [{"column": "address", "locale": ""}], "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "graphql": {"list_type": "GuestList", "list_query": "guestList", "sort_input": "GUESTLIST_INPUT_SORT_PAYLOAD", "count_query": "guestListCount", "object_type": "Guest", "where_input": "GUESTLIST_INPUT_WHERE_PAYLOAD", "single_query": "guest", "create_result": "Create_Guest", "delete_result": "Delete_Guest", "key_condition": "GUESTLIST_KEY_CONDITION", "update_result": "Update_Guest", "upsert_result": "Upsert_GuestList", "create_payload": "Guest_Create_Payload", "update_payload": "Guest_Update_Payload", "upsert_payload": "Guest_List_Upsert_Payload", "create_mutation": "createGuest", "delete_mutation": "deleteGuest", "list_connection": "Guest_List_Connection", "update_mutation": "updateGuest", "upsert_mutation": "upsertGuestList", "connection_filter": "GUEST_CONNECTION_FILTER_CONDITION", "count_where_input": "GUEST_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "guest"}, {"id": "room", "name": "room", "fields": [], "graphql": {"list_type": "RoomList", "list_query": "roomList", "sort_input": "ROOMLIST_INPUT_SORT_PAYLOAD", "count_query": "roomListCount", "object_type": "Room", "where_input": "ROOMLIST_INPUT_WHERE_PAYLOAD", "single_query": "room", "create_result": "Create_Room", "delete_result": "Delete_Room", "key_condition": "ROOMLIST_KEY_CONDITION", "update_result": "Update_Room", "upsert_result": "Upsert_RoomList", "create_payload": "Room_Create_Payload", "update_payload": "Room_Update_Payload", "upsert_payload": "Room_List_Upsert_Payload", "create_mutation": "createRoom", "delete_mutation": "deleteRoom", "list_connection": "Room_List_Connection", "update_mutation": "updateRoom", "upsert_mutation": "upsertRoomList", "connection_filter": "ROOM_CONNECTION_FILTER_CONDITION", "count_where_input": "ROOM_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "room"}], "relations": [], "generation": 1, "project_id": "shop"}', '2026-11-29 13:35:52.045136+00');

--
-- Data for Name: operation; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation VALUES
	('setup-models', 1, 'shop', 'publish_schema_changeset', 'committed', 1, 1, '14278b64a0559de56e40a5f67587109de713e7774f95a84c68470c30481d1b1a', '{"type": "publish_schema_changeset", "mutations": [{"name": "guest", "type": "create_model"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "validation": {"required": true}, "field_label": "name"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "email"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "visits"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "phone"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "note"}, {"type": "add_field", "field_type": "object", "model_name": "guest", "field_label": "address"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "city", "parent_field": "address"}, {"name": "room", "type": "create_model"}]}', '{}', 'rosa', 'schema/shop/setup-models', '01a22784-e11a-703b-aa4a-eddc9121f35b', 'released', 0, 1, '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', false, false, NULL, NULL, '{"models": []}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-29 13:35:51.998479+00', '2026-11-29 13:35:49.61104+00', '2026-11-29 13:35:49.911523+00', '2026-11-29 13:35:52.093609+00', '2026-11-29 13:35:52.093609+00', '01a22784-e11a-703b-aa4a-eddc9121f35b', NULL, NULL, NULL, NULL, false, 0, NULL, NULL),
	('card', 2, 'shop', 'add_field', 'failed', 1, 1, 'c1739fc62ecba8f76efed36150400d108f51c60f99061382050be4f491022614', '{"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "Card"}', '{"parallel": 1}', 'rosa', 'schema/shop/card', '01a22785-56a3-7067-91b3-84d775f988ed', 'released', 1, 2, 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', false, false, 'tenant schema propagation: tenant cleo: alpha/shop_cleo: Postgres refused a statement (SQLSTATE P0001).', 'TARGET_DRIFTED', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', NULL, NULL, '2026-11-29 13:36:21.10055+00', '2026-11-29 13:36:22.09662+00', '2026-11-29 13:36:30.861344+00', '2026-11-29 13:36:30.861344+00', '01a22785-56a3-7067-91b3-84d775f988ed', 'tenant schema propagation: tenant cleo: alpha/shop_cleo: Postgres refused a statement (SQLSTATE P0001).', 'TARGET_DRIFTED', 'TargetDrifted', 'failed', false, 0, NULL, NULL);

--
-- Data for Name: operation_plan; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_plan VALUES
	('setup-models', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', 1, '{"hash": "8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435", "checks": [], "settle": [], "changes": [{"kind": "createTable", "table": {"name": "guest", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "guest_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_1"}, {"kind": "addColumn", "table": "guest", "column": {"name": "name", "type": "text", "default": "''''::text", "notNull": true}, "prefix": "_aside_setup-models_2"}, {"kind": "addColumn", "table": "guest", "column": {"name": "email", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_3"}, {"kind": "addColumn", "table": "guest", "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_4"}, {"kind": "addColumn", "table": "guest", "column": {"name": "phone", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_5"}, {"kind": "addColumn", "table": "guest", "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_6"}, {"kind": "addColumn", "table": "guest", "column": {"name": "address", "type": "jsonb", "default": null, "notNull": false}, "prefix": "_aside_setup-models_7"}, {"kind": "createTable", "table": {"name": "room", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "room_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_8"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"guest\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"guest_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"name\" text NOT NULL DEFAULT ''''::text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"email\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"visits\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"phone\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"note\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"address\" jsonb", "CREATE TABLE :\"ns\".\"room\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"room_pkey\" PRIMARY KEY (\"id\")\n)"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c", "baseRevision": 0, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''room'', ''_aside_setup-models_8_room'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''address'', ''_aside_setup-models_7_address'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''note'', ''_aside_setup-models_6_note'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''phone'', ''_aside_setup-models_5_phone'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_setup-models_4_visits'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''email'', ''_aside_setup-models_3_email'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''name'', ''_aside_setup-models_2_name'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''guest'', ''_aside_setup-models_1_guest'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"room\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}], "nextRevision": 1, "nextSchemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95"}', '2026-11-29 13:35:49.911523+00'),
	('card', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', 1, '{"hash": "f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772", "checks": [], "settle": [], "changes": [{"kind": "addColumn", "table": "guest", "column": {"name": "card", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_card_1"}], "forward": [{"sql": ["ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"card\" text"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95", "baseRevision": 1, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''card'', ''_aside_card_1_card'')"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "nextRevision": 2, "nextSchemaHash": "df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f"}', '2026-11-29 13:36:22.09662+00');

--
-- Data for Name: operation_step; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_step VALUES
	('setup-models', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:36:22.33635+00', '2026-11-29 13:36:23.032263+00', 0, false),
	('setup-models', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:50.008837+00', '2026-11-29 13:35:50.228751+00', 0, false),
	('setup-models', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:50.307699+00', '2026-11-29 13:35:50.395258+00', 0, false),
	('setup-models', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:50.888044+00', '2026-11-29 13:35:51.242593+00', 0, false),
	('setup-models', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:51.324272+00', '2026-11-29 13:35:51.564007+00', 0, false),
	('setup-models', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:51.364471+00', '2026-11-29 13:35:51.630337+00', 0, false),
	('setup-models', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:51.403172+00', '2026-11-29 13:35:51.66076+00', 0, false),
	('setup-models', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:51.998479+00', '2026-11-29 13:35:52.023305+00', 0, false),
	('setup-models', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:50.635859+00', '2026-11-29 13:35:52.023346+00', 0, false),
	('setup-models', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:52.045154+00', '2026-11-29 13:35:52.058938+00', 0, false),
	('setup-models', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:35:52.160648+00', '2026-11-29 13:35:52.209159+00', 0, false),
	('card', 'system_schema', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'cache', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'after_commit', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'tenant_ddl', 'dan', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'tenant_ddl', '', 'failed', 'tenant schema propagation: tenant cleo: alpha/shop_cleo: Postgres refused a statement (SQLSTATE P0001).', 'TARGET_DRIFTED', 1, 0, false, '2026-11-29 13:36:24.930806+00', '2026-11-29 13:36:28.145489+00', 0, false),
	('card', 'tenant_ddl', 'ana', 'compensated', NULL, NULL, 1, 0, true, '2026-11-29 13:36:25.598162+00', '2026-11-29 13:36:29.089946+00', 0, false),
	('card', 'tenant_ddl', 'ben', 'compensated', NULL, NULL, 1, 0, true, '2026-11-29 13:36:26.54148+00', '2026-11-29 13:36:29.576667+00', 0, false),
	('card', 'tenant_ddl', 'cleo', 'failed', 'alpha/shop_cleo: Postgres refused a statement (SQLSTATE P0001).', 'TARGET_DRIFTED', 1, 0, true, '2026-11-29 13:36:27.343843+00', '2026-11-29 13:36:29.904851+00', 0, false),
	('card', 'base_project_ddl', '', 'compensated', NULL, NULL, 1, 0, true, '2026-11-29 13:36:23.389433+00', '2026-11-29 13:36:30.75233+00', 0, false);

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
-- Data for Name: reconcile_run; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

--
-- Data for Name: schema_revision; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.schema_revision VALUES
	('shop', 0, '{"models": []}', '74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c', NULL, '2026-11-29 13:35:47.200562+00'),
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-29 13:35:51.998479+00');

--
-- Data for Name: session_lease; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.session_lease VALUES
	('alpha', 'vm/5672/471310c2-3d27-446a-93b2-08be638265a0', 1, 1, '2026-11-29 13:36:22.524629+00', '2026-11-29 13:37:02.065916+00');

--
-- Data for Name: tenant; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.tenant VALUES
	('shop', 'dan', 'beta', 'shop_dan', '7a9e33c0-3a96-4993-97e8-86733d31671a', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-29 13:35:49.433777+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'cleo', 'alpha', 'shop_cleo', '14be747b-2bd4-4d32-adf6-23d0426d00b1', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-29 13:35:49.022585+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ana', 'alpha', 'shop_ana', '2244726d-de88-4957-a1e5-7a4d9e437996', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'card', '2026-11-29 13:35:48.569414+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ben', 'alpha', 'shop_ben', 'aba1bea3-33d3-4364-843d-2e87782722e2', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'card', '2026-11-29 13:35:48.775546+00', NULL, NULL, 0, NULL, NULL);

--
-- Data for Name: catalog; Type: TABLE DATA; Schema: schema_saga_migration; Owner: -
--

INSERT INTO schema_saga_migration.catalog VALUES
	(1, '001_catalog', '2026-11-29 13:35:40.654661'),
	(2, '002_fences', '2026-11-29 13:35:40.710046'),
	(3, '003_policies', '2026-11-29 13:35:40.718757'),
	(4, '004_tenants', '2026-11-29 13:35:40.725018'),
	(5, '005_leases', '2026-11-29 13:35:40.726094'),
	(6, '006_reconcile', '2026-11-29 13:35:40.731507'),
	(7, '007_asides', '2026-11-29 13:35:40.739251'),
	(8, '008_closing', '2026-11-29 13:35:40.741469'),
	(9, '009_room', '2026-11-29 13:35:40.742565'),
	(10, '010_records', '2026-11-29 13:35:40.743442');

--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: schema_saga; Owner: -
--

SELECT pg_catalog.setval('schema_saga.audit_id_seq', 11, true);

--
-- Name: operation_seq_seq; Type: SEQUENCE SET; Schema: schema_saga; Owner: -
--

SELECT pg_catalog.setval('schema_saga.operation_seq_seq', 2, true);

--
-- Name: catalog_id_seq; Type: SEQUENCE SET; Schema: schema_saga_migration; Owner: -
--

SELECT pg_catalog.setval('schema_saga_migration.catalog_id_seq', 10, true);

--
-- PostgreSQL database dump complete
--

