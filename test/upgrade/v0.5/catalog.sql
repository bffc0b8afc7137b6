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
-- Name: schema_saga; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA schema_saga;

--
-- Name: schema_saga_migration; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA schema_saga_migration;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: schema_saga; Owner: -
--

CREATE FUNCTION schema_saga.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'schema_saga.% is append-only', tg_table_name;
end
$$;

--
-- Name: write_audit(text, text, text, text, text); Type: FUNCTION; Schema: schema_saga; Owner: -
--

CREATE FUNCTION schema_saga.write_audit(project text, operation text, who text, what text, details text) RETURNS boolean
    LANGUAGE plpgsql
    SET lock_timeout TO '1s'
    AS $_$
begin
  insert into schema_saga.audit (project_id, operation_id, actor, action, details) values ($1, $2, $3, $4, $5::jsonb);
  return true;
exception when others then
  raise warning 'an audit line of schema_saga could not be written: % (SQLSTATE %)', what, sqlstate;
  return false;
end
$_$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    project_id text,
    operation_id text,
    actor text NOT NULL,
    action text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL
);

--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: schema_saga; Owner: -
--

CREATE SEQUENCE schema_saga.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: audit_id_seq; Type: SEQUENCE OWNED BY; Schema: schema_saga; Owner: -
--

ALTER SEQUENCE schema_saga.audit_id_seq OWNED BY schema_saga.audit.id;

--
-- Name: cache_document; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.cache_document (
    project_id text NOT NULL,
    generation integer NOT NULL,
    document jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: identity; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.identity (
    only_row boolean DEFAULT true NOT NULL,
    id text NOT NULL,
    CONSTRAINT identity_only_row_check CHECK (only_row)
);

--
-- Name: operation; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.operation (
    id text NOT NULL,
    seq bigint NOT NULL,
    project_id text NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    start_count integer DEFAULT 1 NOT NULL,
    content_hash text NOT NULL,
    request jsonb NOT NULL,
    options jsonb NOT NULL,
    actor text NOT NULL,
    workflow_id text NOT NULL,
    first_run_id text NOT NULL,
    turn text DEFAULT 'waiting'::text,
    base_revision integer,
    revision integer,
    plan_hash text,
    unchanged boolean DEFAULT false NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    error text,
    error_code text,
    before_schema jsonb NOT NULL,
    after_schema jsonb,
    persisted_at timestamp with time zone,
    submitted_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    reported_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id text NOT NULL,
    cause text,
    cause_code text,
    cause_type text,
    ends_as text,
    held boolean DEFAULT false NOT NULL,
    auto_repair_tries integer DEFAULT 0 NOT NULL,
    auto_repair_at timestamp with time zone,
    closing_since timestamp with time zone,
    halted_at integer,
    parallel integer,
    CONSTRAINT operation_ends_as_check CHECK ((ends_as = ANY (ARRAY['failed'::text, 'cancelled'::text]))),
    CONSTRAINT operation_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'applying'::text, 'compensating'::text, 'committed'::text, 'failed'::text, 'cancelled'::text, 'needs_repair'::text]))),
    CONSTRAINT operation_turn_check CHECK ((turn = ANY (ARRAY['waiting'::text, 'holding'::text, 'released'::text])))
);

--
-- Name: operation_plan; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.operation_plan (
    operation_id text NOT NULL,
    hash text NOT NULL,
    attempt integer NOT NULL,
    plan jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: operation_seq_seq; Type: SEQUENCE; Schema: schema_saga; Owner: -
--

CREATE SEQUENCE schema_saga.operation_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: operation_seq_seq; Type: SEQUENCE OWNED BY; Schema: schema_saga; Owner: -
--

ALTER SEQUENCE schema_saga.operation_seq_seq OWNED BY schema_saga.operation.seq;

--
-- Name: operation_step; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.operation_step (
    operation_id text NOT NULL,
    key text NOT NULL,
    scope text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    error text,
    error_code text,
    tries integer DEFAULT 0 NOT NULL,
    epoch integer DEFAULT 0 NOT NULL,
    undone boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    wave integer DEFAULT 0 NOT NULL,
    accepted boolean DEFAULT false NOT NULL,
    begun text DEFAULT 'unknown'::text,
    waits text,
    waits_code text,
    waits_at timestamp with time zone,
    CONSTRAINT operation_step_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'compensated'::text, 'skipped'::text, 'parked'::text])))
)
WITH (fillfactor='50');

--
-- Name: place; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.place (
    server_id text NOT NULL,
    namespace text NOT NULL,
    project_id text NOT NULL,
    scope text NOT NULL
);

--
-- Name: project; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.project (
    id text NOT NULL,
    base_server text,
    base_namespace text,
    base_incarnation text,
    base_ready boolean DEFAULT false NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    schema jsonb NOT NULL,
    schema_hash text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    reconciled_at timestamp with time zone,
    maintenance_by text,
    maintenance_until timestamp with time zone
);

--
-- Name: purged_object; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.purged_object (
    project_id text NOT NULL,
    operation_id text NOT NULL,
    stage integer NOT NULL,
    aside_name text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: raised; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.raised (
    id text NOT NULL,
    words text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: reconcile_run; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.reconcile_run (
    id text NOT NULL,
    trigger text NOT NULL,
    actor text NOT NULL,
    project_id text,
    dry_run boolean NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    results jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT reconcile_run_trigger_check CHECK ((trigger = ANY (ARRAY['schedule'::text, 'person'::text])))
);

--
-- Name: released_target; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.released_target (
    incarnation text NOT NULL,
    project_id text NOT NULL,
    scope text NOT NULL COLLATE pg_catalog."C",
    server_id text NOT NULL,
    namespace text NOT NULL,
    why text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    marked_at timestamp with time zone,
    tried_at timestamp with time zone,
    CONSTRAINT released_target_why_check CHECK ((why = ANY (ARRAY['removed'::text, 'archived'::text, 'abandoned'::text])))
);

--
-- Name: schema_revision; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.schema_revision (
    project_id text NOT NULL,
    revision integer NOT NULL,
    schema jsonb NOT NULL,
    schema_hash text NOT NULL,
    operation_id text,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: server; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.server (
    id text NOT NULL,
    dsn_env text NOT NULL,
    max_sessions integer DEFAULT 8 NOT NULL,
    database_per_tenant boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    tables_in text,
    CONSTRAINT server_check CHECK ((database_per_tenant = (tables_in IS NOT NULL))),
    CONSTRAINT server_max_sessions_check CHECK (((max_sessions >= 1) AND (max_sessions <= 1000)))
);

--
-- Name: session_lease; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.session_lease (
    server_id text NOT NULL,
    holder text NOT NULL,
    sessions integer NOT NULL,
    wanted integer NOT NULL,
    since timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT session_lease_sessions_check CHECK ((sessions >= 0)),
    CONSTRAINT session_lease_wanted_check CHECK ((wanted >= 0))
);

--
-- Name: settle_debt; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.settle_debt (
    project_id text NOT NULL,
    tenant_id text NOT NULL COLLATE pg_catalog."C",
    operation_id text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    error text,
    error_code text,
    tries integer DEFAULT 0 NOT NULL,
    try_after timestamp with time zone,
    objects text[],
    tenant text GENERATED ALWAYS AS (NULLIF(tenant_id, ''::text)) STORED COLLATE pg_catalog."C"
);

--
-- Name: tenant; Type: TABLE; Schema: schema_saga; Owner: -
--

CREATE TABLE schema_saga.tenant (
    project_id text NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    server_id text NOT NULL COLLATE pg_catalog."C",
    namespace text NOT NULL,
    incarnation text NOT NULL,
    state text NOT NULL,
    cause text,
    reason text,
    reason_code text,
    revision integer,
    schema_hash text,
    operation_id text,
    since timestamp with time zone DEFAULT now() NOT NULL,
    parked_by text,
    changed text,
    catch_up_tries integer DEFAULT 0 NOT NULL,
    catch_up_after timestamp with time zone,
    catch_up_started_at timestamp with time zone,
    CONSTRAINT tenant_cause_check CHECK ((cause = ANY (ARRAY['failure'::text, 'operator'::text, 'accepted'::text]))),
    CONSTRAINT tenant_changed_check CHECK ((changed = ANY (ARRAY['no'::text, 'yes'::text, 'unknown'::text]))),
    CONSTRAINT tenant_state_check CHECK ((state = ANY (ARRAY['provisioning'::text, 'active'::text, 'parked'::text, 'suspended'::text, 'deleting'::text])))
)
WITH (fillfactor='50');

--
-- Name: catalog; Type: TABLE; Schema: schema_saga_migration; Owner: -
--

CREATE TABLE schema_saga_migration.catalog (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    run_on timestamp without time zone NOT NULL
);

--
-- Name: catalog_id_seq; Type: SEQUENCE; Schema: schema_saga_migration; Owner: -
--

CREATE SEQUENCE schema_saga_migration.catalog_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: catalog_id_seq; Type: SEQUENCE OWNED BY; Schema: schema_saga_migration; Owner: -
--

ALTER SEQUENCE schema_saga_migration.catalog_id_seq OWNED BY schema_saga_migration.catalog.id;

--
-- Name: audit id; Type: DEFAULT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.audit ALTER COLUMN id SET DEFAULT nextval('schema_saga.audit_id_seq'::regclass);

--
-- Name: operation seq; Type: DEFAULT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation ALTER COLUMN seq SET DEFAULT nextval('schema_saga.operation_seq_seq'::regclass);

--
-- Name: catalog id; Type: DEFAULT; Schema: schema_saga_migration; Owner: -
--

ALTER TABLE ONLY schema_saga_migration.catalog ALTER COLUMN id SET DEFAULT nextval('schema_saga_migration.catalog_id_seq'::regclass);

--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

--
-- Name: cache_document cache_document_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.cache_document
    ADD CONSTRAINT cache_document_pkey PRIMARY KEY (project_id);

--
-- Name: identity identity_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (only_row);

--
-- Name: operation operation_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (id);

--
-- Name: operation_plan operation_plan_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation_plan
    ADD CONSTRAINT operation_plan_pkey PRIMARY KEY (operation_id, attempt, hash);

--
-- Name: operation operation_seq_key; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation
    ADD CONSTRAINT operation_seq_key UNIQUE (seq);

--
-- Name: operation_step operation_step_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation_step
    ADD CONSTRAINT operation_step_pkey PRIMARY KEY (operation_id, key, scope);

--
-- Name: place place_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (server_id, namespace);

--
-- Name: project project_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);

--
-- Name: purged_object purged_object_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.purged_object
    ADD CONSTRAINT purged_object_pkey PRIMARY KEY (project_id, operation_id, stage, aside_name);

--
-- Name: raised raised_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.raised
    ADD CONSTRAINT raised_pkey PRIMARY KEY (id);

--
-- Name: reconcile_run reconcile_run_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.reconcile_run
    ADD CONSTRAINT reconcile_run_pkey PRIMARY KEY (id);

--
-- Name: released_target released_target_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.released_target
    ADD CONSTRAINT released_target_pkey PRIMARY KEY (incarnation);

--
-- Name: schema_revision schema_revision_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.schema_revision
    ADD CONSTRAINT schema_revision_pkey PRIMARY KEY (project_id, revision);

--
-- Name: server server_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.server
    ADD CONSTRAINT server_pkey PRIMARY KEY (id);

--
-- Name: session_lease session_lease_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.session_lease
    ADD CONSTRAINT session_lease_pkey PRIMARY KEY (server_id, holder);

--
-- Name: settle_debt settle_debt_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.settle_debt
    ADD CONSTRAINT settle_debt_pkey PRIMARY KEY (project_id, tenant_id, operation_id);

--
-- Name: tenant tenant_pkey; Type: CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (project_id, id);

--
-- Name: catalog catalog_pkey; Type: CONSTRAINT; Schema: schema_saga_migration; Owner: -
--

ALTER TABLE ONLY schema_saga_migration.catalog
    ADD CONSTRAINT catalog_pkey PRIMARY KEY (id);

--
-- Name: audit_by_project; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX audit_by_project ON schema_saga.audit USING btree (project_id, id);

--
-- Name: audit_refusals; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX audit_refusals ON schema_saga.audit USING btree (operation_id, id) WHERE (action = 'repair_ignored'::text);

--
-- Name: operation_by_project; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX operation_by_project ON schema_saga.operation USING btree (project_id, seq DESC);

--
-- Name: operation_by_revision; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE UNIQUE INDEX operation_by_revision ON schema_saga.operation USING btree (project_id, revision) WHERE (persisted_at IS NOT NULL);

--
-- Name: operation_one_holder; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE UNIQUE INDEX operation_one_holder ON schema_saga.operation USING btree (project_id) WHERE (turn = 'holding'::text);

--
-- Name: operation_open; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX operation_open ON schema_saga.operation USING btree (project_id, seq) WHERE (status <> ALL (ARRAY['committed'::text, 'failed'::text, 'cancelled'::text]));

--
-- Name: operation_waiting; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX operation_waiting ON schema_saga.operation USING btree (project_id, seq) WHERE (turn = 'waiting'::text);

--
-- Name: reconcile_run_started; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX reconcile_run_started ON schema_saga.reconcile_run USING btree (started_at DESC);

--
-- Name: released_target_by_place; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX released_target_by_place ON schema_saga.released_target USING btree (server_id, namespace);

--
-- Name: released_target_unmarked; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX released_target_unmarked ON schema_saga.released_target USING btree (at) WHERE (marked_at IS NULL);

--
-- Name: settle_debt_operation; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX settle_debt_operation ON schema_saga.settle_debt USING btree (operation_id);

--
-- Name: tenant_by_incarnation; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX tenant_by_incarnation ON schema_saga.tenant USING btree (incarnation);

--
-- Name: tenant_by_server; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX tenant_by_server ON schema_saga.tenant USING btree (project_id, server_id, id);

--
-- Name: tenant_not_active; Type: INDEX; Schema: schema_saga; Owner: -
--

CREATE INDEX tenant_not_active ON schema_saga.tenant USING btree (project_id, id) WHERE (state <> 'active'::text);

--
-- Name: audit audit_append_only; Type: TRIGGER; Schema: schema_saga; Owner: -
--

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON schema_saga.audit FOR EACH STATEMENT EXECUTE FUNCTION schema_saga.refuse_change();

--
-- Name: cache_document cache_document_project_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.cache_document
    ADD CONSTRAINT cache_document_project_id_fkey FOREIGN KEY (project_id) REFERENCES schema_saga.project(id);

--
-- Name: operation_plan operation_plan_operation_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation_plan
    ADD CONSTRAINT operation_plan_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES schema_saga.operation(id);

--
-- Name: operation operation_project_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.operation
    ADD CONSTRAINT operation_project_id_fkey FOREIGN KEY (project_id) REFERENCES schema_saga.project(id);

--
-- Name: place place_server_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.place
    ADD CONSTRAINT place_server_id_fkey FOREIGN KEY (server_id) REFERENCES schema_saga.server(id);

--
-- Name: project project_base_server_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.project
    ADD CONSTRAINT project_base_server_fkey FOREIGN KEY (base_server) REFERENCES schema_saga.server(id);

--
-- Name: purged_object purged_object_project_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.purged_object
    ADD CONSTRAINT purged_object_project_id_fkey FOREIGN KEY (project_id) REFERENCES schema_saga.project(id);

--
-- Name: schema_revision schema_revision_project_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.schema_revision
    ADD CONSTRAINT schema_revision_project_id_fkey FOREIGN KEY (project_id) REFERENCES schema_saga.project(id);

--
-- Name: session_lease session_lease_server_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.session_lease
    ADD CONSTRAINT session_lease_server_id_fkey FOREIGN KEY (server_id) REFERENCES schema_saga.server(id) ON DELETE CASCADE;

--
-- Name: settle_debt settle_debt_project_id_tenant_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.settle_debt
    ADD CONSTRAINT settle_debt_project_id_tenant_fkey FOREIGN KEY (project_id, tenant) REFERENCES schema_saga.tenant(project_id, id) ON DELETE CASCADE;

--
-- Name: tenant tenant_project_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.tenant
    ADD CONSTRAINT tenant_project_id_fkey FOREIGN KEY (project_id) REFERENCES schema_saga.project(id);

--
-- Name: tenant tenant_server_id_fkey; Type: FK CONSTRAINT; Schema: schema_saga; Owner: -
--

ALTER TABLE ONLY schema_saga.tenant
    ADD CONSTRAINT tenant_server_id_fkey FOREIGN KEY (server_id) REFERENCES schema_saga.server(id);

--
-- PostgreSQL database dump complete
--

