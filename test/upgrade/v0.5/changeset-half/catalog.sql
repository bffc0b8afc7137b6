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
	(10, '2026-11-30 14:00:27.608784+00', 'shop', 'booking', 'rosa', 'submit', '{"type": "publish_schema_changeset"}');

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
	('shop', 'alpha', 'shop_base', 'fa22a412-802d-48fe-b851-0ed8248e6229', true, 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', '{}', NULL, '2026-11-30 13:51:22.839127+00', NULL, NULL, NULL);

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
	('booking', 2, 'shop', 'publish_schema_changeset', 'applying', 1, 1, '78c682086d5e5bbb0b3aabb977948f1b480d7c9fea6f6e8706de33b8df4a30ce', '{"type": "publish_schema_changeset", "mutations": [{"name": "booking", "type": "create_model"}, {"type": "add_field", "field_type": "number", "input_type": "int", "model_name": "booking", "field_label": "Nights"}, {"to": "booking", "from": "guest", "type": "create_connection", "on_delete": "restrict", "forward_connection_type": "has_many", "reverse_connection_type": "has_one"}, {"type": "model_field_operation", "operation": "delete", "field_name": "note", "model_name": "guest"}, {"type": "add_field", "is_update": true, "model_name": "guest", "field_label": "email", "enable_indexing": true}]}', '{"parallel": 1}', 'rosa', 'schema/shop/booking', '01a22cc1-c875-78b2-9fbf-61329aa05662', 'holding', 1, 2, 'f2aa36dc258cb1cd65415077304b8abc6068f4bf694d0ee063312da3a635d067', false, false, NULL, NULL, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', NULL, NULL, '2026-11-30 14:00:27.608784+00', '2026-11-30 14:00:27.91284+00', NULL, '2026-11-30 14:00:27.91284+00', '01a22cc1-c875-78b2-9fbf-61329aa05662', NULL, NULL, NULL, NULL, false, 0, NULL, NULL, NULL, NULL);

--
-- Data for Name: operation_plan; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_plan VALUES
	('setup-models', '8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435', 1, '{"hash": "8c48b6470665315b5964c758a9c2d9e6a2fd844ee0b2a31a4550791389e4f435", "rows": [], "checks": [], "format": 2, "settle": [], "batches": [], "changes": [{"kind": "createTable", "table": {"name": "guest", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "guest_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_1"}, {"kind": "addColumn", "table": "guest", "column": {"name": "name", "type": "text", "default": "''''::text", "notNull": true}, "prefix": "_aside_setup-models_2"}, {"kind": "addColumn", "table": "guest", "column": {"name": "email", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_3"}, {"kind": "addColumn", "table": "guest", "column": {"name": "visits", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_4"}, {"kind": "addColumn", "table": "guest", "column": {"name": "phone", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_5"}, {"kind": "addColumn", "table": "guest", "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_setup-models_6"}, {"kind": "addColumn", "table": "guest", "column": {"name": "address", "type": "jsonb", "default": null, "notNull": false}, "prefix": "_aside_setup-models_7"}, {"kind": "createTable", "table": {"name": "room", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "room_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_setup-models_8"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"guest\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"guest_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"name\" text NOT NULL DEFAULT ''''::text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"email\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"visits\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"phone\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"note\" text", "ALTER TABLE :\"ns\".\"guest\" ADD COLUMN \"address\" jsonb", "CREATE TABLE :\"ns\".\"room\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"room_pkey\" PRIMARY KEY (\"id\")\n)"], "kind": "transaction", "index": null, "stage": 1, "asides": [], "validates": false}], "hazards": [{"name": "NEEDS_GRANTS", "detail": "guest belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}, {"name": "NEEDS_GRANTS", "detail": "room belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}], "touches": ["guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}, "schemaHash": "74a85018a57e8f973500430bba1d8353f840916cce6a9a15c1b07879da9e662c", "baseRevision": 0, "compensation": [{"sql": ["SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''room'', ''_aside_setup-models_8_room'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''address'', ''_aside_setup-models_7_address'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''note'', ''_aside_setup-models_6_note'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''phone'', ''_aside_setup-models_5_phone'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''visits'', ''_aside_setup-models_4_visits'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''email'', ''_aside_setup-models_3_email'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''guest'', ''name'', ''_aside_setup-models_2_name'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''guest'', ''_aside_setup-models_1_guest'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"room\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}], "nextRevision": 1, "nextSchemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95"}', '2026-11-30 13:51:26.118813+00'),
	('booking', 'f2aa36dc258cb1cd65415077304b8abc6068f4bf694d0ee063312da3a635d067', 1, '{"hash": "f2aa36dc258cb1cd65415077304b8abc6068f4bf694d0ee063312da3a635d067", "rows": ["guest"], "checks": [], "format": 2, "settle": [], "batches": [], "changes": [{"kind": "createTable", "table": {"name": "booking", "checks": {}, "columns": {"id": {"name": "id", "type": "character varying(36)", "default": null, "notNull": true}}, "indexes": {}, "uniques": {}, "primaryKey": {"name": "booking_pkey", "columns": ["id"]}, "foreignKeys": {}}, "prefix": "_aside_booking_1"}, {"kind": "addColumn", "table": "booking", "column": {"name": "nights", "type": "integer", "default": null, "notNull": false}, "prefix": "_aside_booking_2"}, {"kind": "addColumn", "table": "booking", "column": {"name": "guest_id", "type": "character varying(36)", "default": null, "notNull": false}, "prefix": "_aside_booking_3"}, {"key": {"name": "booking_guest_id_fkey", "table": "guest", "columns": ["guest_id"], "onDelete": "restrict", "references": ["id"]}, "kind": "addForeignKey", "table": "booking"}, {"kind": "setAsideColumn", "table": "guest", "checks": [], "column": {"name": "note", "type": "text", "default": null, "notNull": false}, "prefix": "_aside_booking_4", "indexes": [], "uniques": [], "foreignKeys": []}, {"kind": "createIndex", "index": {"name": "idx_booking_guest_id", "valid": true, "unique": false, "columns": ["guest_id"]}, "table": "booking"}, {"kind": "createIndex", "index": {"name": "idx_guest_email", "valid": true, "unique": false, "columns": ["email"]}, "table": "guest"}], "forward": [{"sql": ["CREATE TABLE :\"ns\".\"booking\" (\n  \"id\" character varying(36) NOT NULL,\n  CONSTRAINT \"booking_pkey\" PRIMARY KEY (\"id\")\n)", "ALTER TABLE :\"ns\".\"booking\" ADD COLUMN \"nights\" integer", "ALTER TABLE :\"ns\".\"booking\" ADD COLUMN \"guest_id\" character varying(36)", "ALTER TABLE :\"ns\".\"booking\" ADD CONSTRAINT \"booking_guest_id_fkey\" FOREIGN KEY (\"guest_id\") REFERENCES :\"ns\".\"guest\" (\"id\") ON DELETE RESTRICT NOT VALID"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN SHARE ROW EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}, {"sql": ["ALTER TABLE :\"ns\".\"booking\" VALIDATE CONSTRAINT \"booking_guest_id_fkey\""], "kind": "transaction", "index": null, "stage": 2, "asides": [], "validates": true}, {"sql": ["SELECT schema_saga_target.require_unbound_v1(:''ns'', ''guest'', ''note'')", "ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"note\" TO \"_aside_booking_4_note\""], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 3, "asides": [{"kind": "column", "table": "guest", "column": "note", "asideName": "_aside_booking_4_note"}], "validates": false}, {"sql": ["CREATE INDEX CONCURRENTLY \"idx_booking_guest_id\" ON :\"ns\".\"booking\" (\"guest_id\")"], "kind": "statement", "index": "idx_booking_guest_id", "stage": 4, "asides": [], "validates": false}, {"sql": ["CREATE INDEX CONCURRENTLY \"idx_guest_email\" ON :\"ns\".\"guest\" (\"email\")"], "kind": "statement", "index": "idx_guest_email", "stage": 5, "asides": [], "validates": false}], "hazards": [{"name": "NEEDS_GRANTS", "detail": "booking belongs to the worker''s role: another role can use it where default privileges of the namespace say so, or once it is granted"}, {"name": "SETS_ASIDE", "detail": "guest.note and its values are kept, but hidden from applications"}, {"name": "BREAKS_POSITIONAL_WRITES", "detail": "an INSERT into guest without a list of columns, and a COPY without one, puts its values into hidden columns too"}, {"name": "INDEX_BUILD", "detail": "builds idx_booking_guest_id concurrently: reads all rows of booking, twice"}, {"name": "INDEX_BUILD", "detail": "builds idx_guest_email concurrently: reads all rows of guest, twice"}], "touches": ["booking", "guest"], "unchanged": false, "nextSchema": {"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string", "enable_indexing": true}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "address", "label": "address", "serial": 5, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": [{"type": "forward", "model": "booking", "relation": "has_many", "on_delete": "restrict"}]}, {"id": "room", "name": "room", "fields": [], "connections": []}, {"id": "booking", "name": "booking", "fields": [{"id": "system_guest_id", "label": "System Guest ID", "serial": 1, "field_type": "text", "identifier": "system_guest_id", "input_type": "string", "validation": {"hide": true, "unique": true}, "system_generated": true}, {"id": "nights", "label": "Nights", "serial": 2, "field_type": "number", "identifier": "nights", "input_type": "int"}], "connections": [{"type": "backward", "model": "guest", "relation": "has_one", "on_delete": "restrict"}]}]}, "schemaHash": "7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95", "baseRevision": 1, "compensation": [{"sql": ["ALTER TABLE :\"ns\".\"booking\" DROP CONSTRAINT IF EXISTS \"booking_guest_id_fkey\"", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''booking'', ''guest_id'', ''_aside_booking_3_guest_id'')", "SELECT schema_saga_target.drop_unused_column_v1(:''ns'', ''booking'', ''nights'', ''_aside_booking_2_nights'')", "SELECT schema_saga_target.drop_unused_table_v1(:''ns'', ''booking'', ''_aside_booking_1_booking'')"], "kind": "transaction", "index": null, "locks": ["LOCK TABLE :\"ns\".\"booking\" IN ACCESS EXCLUSIVE MODE", "LOCK TABLE :\"ns\".\"guest\" IN ACCESS EXCLUSIVE MODE"], "stage": 1, "asides": [], "validates": false}, {"sql": [], "kind": "transaction", "index": null, "stage": 2, "asides": [], "validates": false}, {"sql": ["ALTER TABLE :\"ns\".\"guest\" RENAME COLUMN \"_aside_booking_4_note\" TO \"note\""], "kind": "transaction", "index": null, "stage": 3, "asides": [{"kind": "column", "table": "guest", "column": "note", "asideName": "_aside_booking_4_note"}], "validates": false}, {"sql": ["DROP INDEX CONCURRENTLY IF EXISTS :\"ns\".\"idx_booking_guest_id\""], "kind": "statement", "index": "idx_booking_guest_id", "stage": 4, "asides": [], "validates": false}, {"sql": ["DROP INDEX CONCURRENTLY IF EXISTS :\"ns\".\"idx_guest_email\""], "kind": "statement", "index": "idx_guest_email", "stage": 5, "asides": [], "validates": false}], "nextRevision": 2, "nextSchemaHash": "9cee61beaedf43f528db7c4b874025909005d5533c94df42da8bcdf86f2e1294"}', '2026-11-30 14:00:27.91284+00');

--
-- Data for Name: operation_step; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.operation_step VALUES
	('setup-models', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 14:00:28.045406+00', '2026-11-30 14:00:28.395426+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'preflight', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.488468+00', '2026-11-30 13:51:26.705701+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:26.793977+00', '2026-11-30 13:51:26.880472+00', 0, false, 'a try', NULL, NULL, NULL),
	('booking', 'base_project_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 14:00:28.469011+00', '2026-11-30 14:00:28.739452+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'dan', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.814447+00', '2026-11-30 13:51:28.188565+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'cleo', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.913258+00', '2026-11-30 13:51:28.182133+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ana', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.920562+00', '2026-11-30 13:51:28.198561+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', 'ben', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.92228+00', '2026-11-30 13:51:28.260008+00', 0, false, 'a try', NULL, NULL, NULL),
	('setup-models', 'system_schema', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.711842+00', '2026-11-30 13:51:28.719353+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'tenant_ddl', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:27.252456+00', '2026-11-30 13:51:28.719386+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'cache', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.723611+00', '2026-11-30 13:51:28.728726+00', 0, false, 'unknown', NULL, NULL, NULL),
	('setup-models', 'after_commit', '', 'succeeded', NULL, NULL, 1, 0, false, '2026-11-30 13:51:28.783129+00', '2026-11-30 13:51:28.85805+00', 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'system_schema', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'settle', '', 'skipped', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'cache', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'after_commit', '', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'tenant_ddl', 'ben', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'tenant_ddl', 'cleo', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'tenant_ddl', 'dan', 'pending', NULL, NULL, 0, 0, false, NULL, NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'tenant_ddl', '', 'running', NULL, NULL, 1, 0, false, '2026-11-30 14:00:29.052163+00', NULL, 0, false, 'unknown', NULL, NULL, NULL),
	('booking', 'tenant_ddl', 'ana', 'running', NULL, NULL, 1, 0, false, '2026-11-30 14:00:29.187947+00', NULL, 0, false, 'a try', NULL, NULL, NULL);

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
	('shop', 1, '{"models": [{"id": "guest", "name": "guest", "fields": [{"id": "name", "label": "name", "serial": 1, "field_type": "text", "identifier": "name", "input_type": "string", "validation": {"required": true}}, {"id": "email", "label": "email", "serial": 2, "field_type": "text", "identifier": "email", "input_type": "string"}, {"id": "visits", "label": "visits", "serial": 3, "field_type": "text", "identifier": "visits", "input_type": "string"}, {"id": "phone", "label": "phone", "serial": 4, "field_type": "text", "identifier": "phone", "input_type": "string"}, {"id": "note", "label": "note", "serial": 5, "field_type": "text", "identifier": "note", "input_type": "string"}, {"id": "address", "label": "address", "serial": 6, "field_type": "object", "identifier": "address", "input_type": "object", "sub_field_info": [{"id": "city", "label": "city", "serial": 1, "field_type": "text", "identifier": "city", "input_type": "string"}]}], "connections": []}, {"id": "room", "name": "room", "fields": [], "connections": []}]}', '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:28.711842+00');

--
-- Data for Name: session_lease; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.session_lease VALUES
	('alpha', 'vm/28842/fa037aa8-f4a1-450e-9841-b989f52ca0ca', 4, 4, '2026-11-30 14:00:28.147328+00', '2026-11-30 14:00:59.209788+00'),
	('beta', 'vm/28842/fa037aa8-f4a1-450e-9841-b989f52ca0ca', 4, 4, '2026-11-30 14:00:28.170186+00', '2026-11-30 14:00:59.242373+00');

--
-- Data for Name: tenant; Type: TABLE DATA; Schema: schema_saga; Owner: -
--

INSERT INTO schema_saga.tenant VALUES
	('shop', 'dan', 'beta', 'shop_dan', 'b941a052-6136-4222-b5f8-f585ad64c92f', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:25.644604+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'cleo', 'alpha', 'shop_cleo', 'ba9aff7f-a2ca-4958-a783-2a035ecf5e10', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:25.206695+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ana', 'alpha', 'shop_ana', '40edbc1f-d749-478d-95d5-a2bccedcaa9f', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:24.681152+00', NULL, NULL, 0, NULL, NULL),
	('shop', 'ben', 'alpha', 'shop_ben', 'ee308f35-146a-4197-89a8-5b58422713a9', 'active', NULL, NULL, NULL, 1, '7b41cf7284a1924fea92e6aed564cb89ec4dad569a8a24aa5d3c9cc3921ace95', 'setup-models', '2026-11-30 13:51:24.968511+00', NULL, NULL, 0, NULL, NULL);

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

