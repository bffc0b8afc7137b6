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
	(1, '2026-11-29 13:54:29.227761+00', NULL, NULL, 'rosa', 'server_add', '{"id": "alpha", "dsn_env": "ALPHA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(2, '2026-11-29 13:54:29.349084+00', NULL, NULL, 'rosa', 'server_add', '{"id": "beta", "dsn_env": "BETA_URL", "tables_in": null, "max_sessions": 8, "database_per_tenant": false}'),
	(3, '2026-11-29 13:55:06.833187+00', 'shop', NULL, 'rosa', 'project_create', '{"base": {"server": "alpha", "namespace": "shop_base"}}'),
	(4, '2026-11-29 13:55:08.374028+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ana", "server": "alpha", "namespace": "shop_ana"}'),
	(5, '2026-11-29 13:55:08.847255+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "ben", "server": "alpha", "namespace": "shop_ben"}'),
	(6, '2026-11-29 13:55:09.051797+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "cleo", "server": "alpha", "namespace": "shop_cleo"}'),
	(7, '2026-11-29 13:55:09.358698+00', 'shop', NULL, 'rosa', 'tenant_add', '{"scope": "dan", "server": "beta", "namespace": "shop_dan"}'),
	(8, '2026-11-29 13:55:10.119902+00', 'shop', 'setup-models', 'rosa', 'submit', '{"type": "publish_schema_changeset"}'),
	(9, '2026-11-29 13:55:13.095216+00', 'shop', 'setup-models', 'schema-saga', 'close_committed', '{"error_code": null}'),
	(10, '2026-11-29 13:55:24.620182+00', 'shop', 'card', 'rosa', 'submit', '{"type": "add_field"}'),
	(11, '2026-11-29 13:55:43.295191+00', 'shop', 'card', 'schema-saga', 'park_tenant', '{"tenant": "dan", "changed": "unknown", "error_code": "TARGET_DRIFTED"}'),
	(12, '2026-11-29 13:55:43.928814+00', 'shop', 'card', 'schema-saga', 'close_committed', '{"error_code": null}');

--
-- Data for Name: server; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.server VALUES
	('alpha', 'ALPHA_URL', 8, false, '2026-11-29 13:54:29.227761+00', NULL),
	('beta', 'BETA_URL', 8, false, '2026-11-29 13:54:29.349084+00', NULL);

--
-- Data for Name: project; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.project VALUES
	('shop', 'alpha', 'shop_base', 'e81d134c-db74-4ffe-ab4d-1515b0e791f2', true, 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', '{}', NULL, '2026-11-29 13:55:06.833187+00', NULL, NULL, NULL);

--
-- Data for Name: cache_document; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.cache_document VALUES
	('shop', 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "columns": [{"column": "name", "locale": ""}], "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "columns": [{"column": "email", "locale": ""}], "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "columns": [{"column": "visits", "locale": ""}], "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "columns": [{"column": "phone", "locale": ""}], "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "columns": [{"column": "note", "locale": ""}], "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "columns": [{"column": "address", "locale": ""}], "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "columns": [{"column": "card", "locale": ""}], "field_type": "text", "identifier": "card", "input_type": "string"}], "graphql": {"list_type": "GuestList", "list_query": "guestList", "sort_input": "GUESTLIST_INPUT_SORT_PAYLOAD", "count_query": "guestListCount", "object_type": "Guest", "where_input": "GUESTLIST_INPUT_WHERE_PAYLOAD", "single_query": "guest", "create_result": "Create_Guest", "delete_result": "Delete_Guest", "key_condition": "GUESTLIST_KEY_CONDITION", "update_result": "Update_Guest", "upsert_result": "Upsert_GuestList", "create_payload": "Guest_Create_Payload", "update_payload": "Guest_Update_Payload", "upsert_payload": "Guest_List_Upsert_Payload", "create_mutation": "createGuest", "delete_mutation": "deleteGuest", "list_connection": "Guest_List_Connection", "update_mutation": "updateGuest", "upsert_mutation": "upsertGuestList", "connection_filter": "GUEST_CONNECTION_FILTER_CONDITION", "count_where_input": "GUEST_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "guest"}, {"id": "room", "name": "room", "fields": [], "graphql": {"list_type": "RoomList", "list_query": "roomList", "sort_input": "ROOMLIST_INPUT_SORT_PAYLOAD", "count_query": "roomListCount", "object_type": "Room", "where_input": "ROOMLIST_INPUT_WHERE_PAYLOAD", "single_query": "room", "create_result": "Create_Room", "delete_result": "Delete_Room", "key_condition": "ROOMLIST_KEY_CONDITION", "update_result": "Update_Room", "upsert_result": "Upsert_RoomList", "create_payload": "Room_Create_Payload", "update_payload": "Room_Update_Payload", "upsert_payload": "Room_List_Upsert_Payload", "create_mutation": "createRoom", "delete_mutation": "deleteRoom", "list_connection": "Room_List_Connection", "update_mutation": "updateRoom", "upsert_mutation": "upsertRoomList", "connection_filter": "ROOM_CONNECTION_FILTER_CONDITION", "count_where_input": "ROOM_LIST_COUNT_INPUT_WHERE_PAYLOAD"}, "connections": [], "physical_name": "room"}], "relations": [], "generation": 2, "project_id": "shop"}', '2026-11-29 13:55:43.866172+00');

--
-- Data for Name: operation; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation VALUES
	('setup-models', 1, 'shop', 'publish_schema_changeset', 'committed', 1, 1, '14278b64a0559de56e40a5f67587109de713e7774f95a84c68470c30481d1b1a', '{"type": "publish_schema_changeset", "mutations": [{"name": "guest", "type": "create_model"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "validation": {"required": true}, "field_label": "name"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "email"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "visits"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "phone"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "note"}, {"type": "add_field", "field_type": "object", "model_name": "guest", "field_label": "address"}, {"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "city", "parent_field": "address"}, {"name": "room", "type": "create_model"}]}', '{}', 'rosa', 'schema/shop/setup-models', '01a22796-9549-7e70-8a78-a7be044968c2', 'released', 0, 1, '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', false, false, NULL, NULL, '{"models": []}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-29 13:55:13.05953+00', '2026-11-29 13:55:10.119902+00', '2026-11-29 13:55:10.614464+00', '2026-11-29 13:55:13.095216+00', '2026-11-29 13:55:13.095216+00', '01a22796-9549-7e70-8a78-a7be044968c2', NULL, NULL, NULL, NULL, false, 0, NULL, NULL),
	('card', 2, 'shop', 'add_field', 'committed', 1, 1, 'c1739fc62ecba8f76efed36150400d108f51c60f99061382050be4f491022614', '{"type": "add_field", "field_type": "text", "model_name": "guest", "field_label": "Card"}', '{"parallel": 1, "maxParked": 2, "onTenantFailure": "park"}', 'rosa', 'schema/shop/card', '01a22796-cc51-7c6e-8bbc-6feb2e8e97fc', 'released', 1, 2, 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', false, false, NULL, NULL, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '2026-11-29 13:55:43.851916+00', '2026-11-29 13:55:24.620182+00', '2026-11-29 13:55:24.794221+00', '2026-11-29 13:55:43.928814+00', '2026-11-29 13:55:43.928814+00', '01a22796-cc51-7c6e-8bbc-6feb2e8e97fc', NULL, NULL, NULL, NULL, false, 0, NULL, NULL);

--
-- Data for Name: operation_plan; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_plan VALUES
	('setup-models', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', 1, '{"hash": "8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435", "checks": [], "settle": [], "changes": [{"kind": "createTable", "table": {"name": "guest", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "guest_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_1"}, {"kind": "addColumn", "table": "guest", "column": {"name": "name", "type": "text", "default": "''''::text", "notNull": true}, "prefix": "_aside_setup-models_2"}, {"kind": "addColumn", "table": "guest", "column": {"name": "email", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_3"}, {"kind": "addColumn", "table": "guest", "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_4"}, {"kind": "addColumn", "table": "guest", "column": {"name": "phone", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_5"}, {"kind": "addColumn", "table": "guest", "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_6"}, {"kind": "addColumn", "table": "guest", "column": {"name": "address", "type": "jsonb", "default": null, "notNull": false}, "prefix": "_aside_setup-models_7"}, {"kind": "createTable", "table": {"name": "room", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "room_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_8"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"guest\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"guest_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"name\" text NOT NULL DEFAULT ''''::text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"email\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"visits\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"phone\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"note\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"address\" jsonb", "CREATE TABLE :\"ns\".\"room\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"room_pkey\" PRIMARY KEY (\"id\")\n)"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c", "baseRevision": 0, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''room'', ''_aside_setup-models_8_room'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''address'', ''_aside_setup-models_7_address'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''note'', ''_aside_setup-models_6_note'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''phone'', ''_aside_setup-models_5_phone'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_setup-models_4_visits'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''email'', ''_aside_setup-models_3_email'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''name'', ''_aside_setup-models_2_name'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''guest'', ''_aside_setup-models_1_guest'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"room\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}], "nextRevision": 1, "nextSchemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95"}', '2026-11-29 13:55:10.614464+00'),
	('card', 'f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772', 1, '{"hash": "f8985a0cc32dde1d5cc6a14973673bed660d616e011bbba19ba82251aa58e772", "checks": [], "settle": [], "changes": [{"kind": "addColumn", "table": "guest", "column": {"name": "card", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_card_1"}], "forward": [{"sql": ["ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"card\" text"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95", "baseRevision": 1, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''card'', ''_aside_card_1_card'')"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "nextRevision": 2, "nextSchemaHash": "df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f"}', '2026-11-29 13:55:24.794221+00');

--
-- Data for Name: operation_step; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_step VALUES
	('setup-models', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:24.906427+00', '2026-11-29 13:55:25.049225+00', 0, false),
	('setup-models', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:10.821248+00', '2026-11-29 13:55:11.048172+00', 0, false),
	('setup-models', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.138849+00', '2026-11-29 13:55:11.226936+00', 0, false),
	('card', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:25.074302+00', '2026-11-29 13:55:25.114537+00', 0, false),
	('card', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:25.264808+00', '2026-11-29 13:55:25.304124+00', 0, false),
	('setup-models', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.776214+00', '2026-11-29 13:55:12.342673+00', 0, false),
	('setup-models', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.806548+00', '2026-11-29 13:55:12.414543+00', 0, false),
	('setup-models', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.862568+00', '2026-11-29 13:55:12.434534+00', 0, false),
	('setup-models', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.93914+00', '2026-11-29 13:55:12.446402+00', 0, false),
	('setup-models', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:13.05953+00', '2026-11-29 13:55:13.066613+00', 0, false),
	('setup-models', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:11.653873+00', '2026-11-29 13:55:13.066647+00', 0, false),
	('card', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:25.439056+00', '2026-11-29 13:55:25.480859+00', 0, false),
	('setup-models', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:13.070168+00', '2026-11-29 13:55:13.087235+00', 0, false),
	('setup-models', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:13.110518+00', '2026-11-29 13:55:13.172175+00', 0, false),
	('card', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false),
	('card', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:25.612268+00', '2026-11-29 13:55:25.630604+00', 0, false),
	('card', 'tenant_ddl', 'dan', 'parked', 'beta/shop_dan: Postgres refused a statement (SQLSTATE 55000).', 'TARGET_DRIFTED', 1, 0, false, '2026-11-29 13:55:25.747165+00', '2026-11-29 13:55:43.295191+00', 0, false),
	('card', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:43.851916+00', '2026-11-29 13:55:43.861739+00', 0, false),
	('card', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:25.18598+00', '2026-11-29 13:55:43.861769+00', 0, false),
	('card', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:43.866172+00', '2026-11-29 13:55:43.872049+00', 0, false),
	('card', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-29 13:55:43.972285+00', '2026-11-29 13:55:44.105722+00', 0, false);

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
	('shop', 0, '{"models": []}', '74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c', NULL, '2026-11-29 13:55:06.833187+00'),
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-29 13:55:13.05953+00'),
	('shop', 2, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}, {"id": "card", "label": "Card", "serial": 7, "field_type": "text", "identifier": "card", "input_type": "string"}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-29 13:55:43.851916+00');

--
-- Data for Name: session_lease; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.session_lease VALUES
	('alpha', 'vm/17699/aea3c0bf-1d9e-437c-8ff9-fff7fda05bc8', 2, 2, '2026-11-29 13:55:07.980594+00', '2026-11-29 13:55:43.196928+00'),
	('alpha', 'vm/29976/ff57586f-5c34-4281-b5a1-6047c75d6bdc', 2, 2, '2026-11-29 13:55:24.971912+00', '2026-11-29 13:55:54.981122+00'),
	('beta', 'vm/29976/ff57586f-5c34-4281-b5a1-6047c75d6bdc', 2, 2, '2026-11-29 13:55:24.979763+00', '2026-11-29 13:55:54.995297+00'),
	('beta', 'vm/30372/6aa0d844-6de4-4ce7-8f0f-54f839f16601', 1, 1, '2026-11-29 13:55:41.896485+00', '2026-11-29 13:56:13.990529+00');

--
-- Data for Name: tenant; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.tenant VALUES
	('shop', 'ana', 'alpha', 'shop_ana', 'e54d4731-6f4d-48ff-b5b9-14ae6cb86493', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-29 13:55:08.63609+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ben', 'alpha', 'shop_ben', 'd9d3345c-072b-41dd-b97e-46477ff766fa', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-29 13:55:08.947939+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'cleo', 'alpha', 'shop_cleo', '07bcc7dd-f451-429c-8a1f-185ac6ad37d4', 'active', NULL, NULL, NULL, 2, 'df015bfe40aa7a46f5e553b4e443bb60a7e5356ab9e78f3d91d16d29339d383f', 'card', '2026-11-29 13:55:09.188619+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'dan', 'beta', 'shop_dan', '5b68728e-27d6-427f-8edf-1087049bbb7b', 'parked', 'failure', 'beta/shop_dan: Postgres refused a statement (SQLSTATE 55000).', 'TARGET_DRIFTED', 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-29 13:55:43.295191+00', 'card', 'unknown', 0, NULL, NULL);

--
-- Data for Name: catalog; Type: TABLE DATA; Schema: schema_saga_migration; Owner: -
--

INSERT INTO schema_saga_migration.catalog VALUES
	(1, '001_catalog', '2026-11-29 13:54:26.761517'),
	(2, '002_fences', '2026-11-29 13:54:26.883634'),
	(3, '003_policies', '2026-11-29 13:54:26.924103'),
	(4, '004_tenants', '2026-11-29 13:54:26.983545'),
	(5, '005_leases', '2026-11-29 13:54:26.999403'),
	(6, '006_reconcile', '2026-11-29 13:54:27.09858'),
	(7, '007_asides', '2026-11-29 13:54:27.186553'),
	(8, '008_closing', '2026-11-29 13:54:27.290872'),
	(9, '009_room', '2026-11-29 13:54:27.362067'),
	(10, '010_records', '2026-11-29 13:54:27.468514');

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

SELECT pg_catalog.setval('schema_saga_migration.catalog_id_seq', 10, true);

--
-- PostgreSQL database dump complete
--

