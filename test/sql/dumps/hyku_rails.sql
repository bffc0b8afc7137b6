--
-- PostgreSQL database dump
--

\restrict EWQtZKfGFu8wte9tkXlTOxfugXa5fplGH2MzNEmKvV6VMwiPqFtEBFenNwZQmf3

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

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
-- Name: tenant_1; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA tenant_1;


ALTER SCHEMA tenant_1 OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: ar_internal_metadata; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.ar_internal_metadata (
    key character varying NOT NULL,
    value character varying,
    created_at timestamp(6) without time zone NOT NULL,
    updated_at timestamp(6) without time zone NOT NULL
);


ALTER TABLE tenant_1.ar_internal_metadata OWNER TO postgres;

--
-- Name: content_blocks; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.content_blocks (
    id integer NOT NULL,
    name character varying,
    value text,
    external_key character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.content_blocks OWNER TO postgres;

--
-- Name: content_blocks_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.content_blocks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.content_blocks_id_seq OWNER TO postgres;

--
-- Name: content_blocks_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.content_blocks_id_seq OWNED BY tenant_1.content_blocks.id;


--
-- Name: domain_terms; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.domain_terms (
    id integer NOT NULL,
    model character varying,
    term character varying
);


ALTER TABLE tenant_1.domain_terms OWNER TO postgres;

--
-- Name: domain_terms_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.domain_terms_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.domain_terms_id_seq OWNER TO postgres;

--
-- Name: domain_terms_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.domain_terms_id_seq OWNED BY tenant_1.domain_terms.id;


--
-- Name: featured_works; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.featured_works (
    id integer NOT NULL,
    "order" integer DEFAULT 5,
    work_id character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.featured_works OWNER TO postgres;

--
-- Name: featured_works_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.featured_works_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.featured_works_id_seq OWNER TO postgres;

--
-- Name: featured_works_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.featured_works_id_seq OWNED BY tenant_1.featured_works.id;


--
-- Name: mailboxer_conversations; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.mailboxer_conversations (
    id integer NOT NULL,
    subject character varying DEFAULT ''::character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.mailboxer_conversations OWNER TO postgres;

--
-- Name: mailboxer_conversations_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.mailboxer_conversations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.mailboxer_conversations_id_seq OWNER TO postgres;

--
-- Name: mailboxer_conversations_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.mailboxer_conversations_id_seq OWNED BY tenant_1.mailboxer_conversations.id;


--
-- Name: mailboxer_notifications; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.mailboxer_notifications (
    id integer NOT NULL,
    type character varying,
    body text,
    subject character varying DEFAULT ''::character varying,
    sender_type character varying,
    sender_id integer,
    conversation_id integer,
    draft boolean DEFAULT false,
    global boolean DEFAULT false,
    expires timestamp without time zone,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.mailboxer_notifications OWNER TO postgres;

--
-- Name: mailboxer_notifications_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.mailboxer_notifications_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.mailboxer_notifications_id_seq OWNER TO postgres;

--
-- Name: mailboxer_notifications_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.mailboxer_notifications_id_seq OWNED BY tenant_1.mailboxer_notifications.id;


--
-- Name: roles; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.roles (
    id integer NOT NULL,
    name character varying,
    resource_type character varying,
    resource_id integer,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);


ALTER TABLE tenant_1.roles OWNER TO postgres;

--
-- Name: roles_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.roles_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.roles_id_seq OWNER TO postgres;

--
-- Name: roles_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.roles_id_seq OWNED BY tenant_1.roles.id;


--
-- Name: schema_migrations; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.schema_migrations (
    version character varying NOT NULL
);


ALTER TABLE tenant_1.schema_migrations OWNER TO postgres;

--
-- Name: single_use_links; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.single_use_links (
    id integer NOT NULL,
    "downloadKey" character varying,
    path character varying,
    "itemId" character varying,
    expires timestamp without time zone,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);


ALTER TABLE tenant_1.single_use_links OWNER TO postgres;

--
-- Name: single_use_links_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.single_use_links_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.single_use_links_id_seq OWNER TO postgres;

--
-- Name: single_use_links_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.single_use_links_id_seq OWNED BY tenant_1.single_use_links.id;


--
-- Name: sites; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.sites (
    id integer NOT NULL,
    application_name character varying,
    institution_name character varying,
    account_id integer,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.sites OWNER TO postgres;

--
-- Name: sites_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.sites_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.sites_id_seq OWNER TO postgres;

--
-- Name: sites_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.sites_id_seq OWNED BY tenant_1.sites.id;


--
-- Name: users; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.users (
    id bigint NOT NULL,
    email character varying DEFAULT ''::character varying NOT NULL,
    encrypted_password character varying DEFAULT ''::character varying NOT NULL,
    reset_password_token character varying,
    sign_in_count integer DEFAULT 0 NOT NULL,
    current_sign_in_ip inet,
    guest boolean DEFAULT false,
    display_name character varying,
    group_list text,
    avatar_file_size integer,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE tenant_1.users OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: tenant_1; Owner: postgres
--

CREATE SEQUENCE tenant_1.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE tenant_1.users_id_seq OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE OWNED BY; Schema: tenant_1; Owner: postgres
--

ALTER SEQUENCE tenant_1.users_id_seq OWNED BY tenant_1.users.id;


--
-- Name: users_roles; Type: TABLE; Schema: tenant_1; Owner: postgres
--

CREATE TABLE tenant_1.users_roles (
    user_id integer,
    role_id integer
);


ALTER TABLE tenant_1.users_roles OWNER TO postgres;

--
-- Name: content_blocks id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.content_blocks ALTER COLUMN id SET DEFAULT nextval('tenant_1.content_blocks_id_seq'::regclass);


--
-- Name: domain_terms id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.domain_terms ALTER COLUMN id SET DEFAULT nextval('tenant_1.domain_terms_id_seq'::regclass);


--
-- Name: featured_works id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.featured_works ALTER COLUMN id SET DEFAULT nextval('tenant_1.featured_works_id_seq'::regclass);


--
-- Name: mailboxer_conversations id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.mailboxer_conversations ALTER COLUMN id SET DEFAULT nextval('tenant_1.mailboxer_conversations_id_seq'::regclass);


--
-- Name: mailboxer_notifications id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.mailboxer_notifications ALTER COLUMN id SET DEFAULT nextval('tenant_1.mailboxer_notifications_id_seq'::regclass);


--
-- Name: roles id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.roles ALTER COLUMN id SET DEFAULT nextval('tenant_1.roles_id_seq'::regclass);


--
-- Name: single_use_links id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.single_use_links ALTER COLUMN id SET DEFAULT nextval('tenant_1.single_use_links_id_seq'::regclass);


--
-- Name: sites id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.sites ALTER COLUMN id SET DEFAULT nextval('tenant_1.sites_id_seq'::regclass);


--
-- Name: users id; Type: DEFAULT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.users ALTER COLUMN id SET DEFAULT nextval('tenant_1.users_id_seq'::regclass);


--
-- Name: ar_internal_metadata ar_internal_metadata_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.ar_internal_metadata
    ADD CONSTRAINT ar_internal_metadata_pkey PRIMARY KEY (key);


--
-- Name: content_blocks content_blocks_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.content_blocks
    ADD CONSTRAINT content_blocks_pkey PRIMARY KEY (id);


--
-- Name: domain_terms domain_terms_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.domain_terms
    ADD CONSTRAINT domain_terms_pkey PRIMARY KEY (id);


--
-- Name: featured_works featured_works_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.featured_works
    ADD CONSTRAINT featured_works_pkey PRIMARY KEY (id);


--
-- Name: mailboxer_conversations mailboxer_conversations_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.mailboxer_conversations
    ADD CONSTRAINT mailboxer_conversations_pkey PRIMARY KEY (id);


--
-- Name: mailboxer_notifications mailboxer_notifications_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.mailboxer_notifications
    ADD CONSTRAINT mailboxer_notifications_pkey PRIMARY KEY (id);


--
-- Name: roles roles_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: single_use_links single_use_links_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.single_use_links
    ADD CONSTRAINT single_use_links_pkey PRIMARY KEY (id);


--
-- Name: sites sites_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: index_featured_works_on_order; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_featured_works_on_order ON tenant_1.featured_works USING btree ("order");


--
-- Name: index_mailboxer_notifications_on_notified_object_id_and_type; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_mailboxer_notifications_on_notified_object_id_and_type ON tenant_1.mailboxer_notifications USING btree (sender_id, type);


--
-- Name: index_mailboxer_notifications_on_sender_id_and_sender_type_and_; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_mailboxer_notifications_on_sender_id_and_sender_type_and_ ON tenant_1.mailboxer_notifications USING btree (sender_id, sender_type);


--
-- Name: index_roles_on_name; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_roles_on_name ON tenant_1.roles USING btree (name);


--
-- Name: index_roles_on_name_and_resource_type_and_resource_id; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_roles_on_name_and_resource_type_and_resource_id ON tenant_1.roles USING btree (name, resource_type, resource_id);


--
-- Name: index_users_on_email; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE UNIQUE INDEX index_users_on_email ON tenant_1.users USING btree (email);


--
-- Name: index_users_on_reset_password_token; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE UNIQUE INDEX index_users_on_reset_password_token ON tenant_1.users USING btree (reset_password_token);


--
-- Name: index_users_roles_on_user_id_and_role_id; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX index_users_roles_on_user_id_and_role_id ON tenant_1.users_roles USING btree (user_id, role_id);


--
-- Name: terms_by_model_and_term; Type: INDEX; Schema: tenant_1; Owner: postgres
--

CREATE INDEX terms_by_model_and_term ON tenant_1.domain_terms USING btree (model, term);


--
-- Name: mailboxer_notifications notifications_on_conversation_id; Type: FK CONSTRAINT; Schema: tenant_1; Owner: postgres
--

ALTER TABLE ONLY tenant_1.mailboxer_notifications
    ADD CONSTRAINT notifications_on_conversation_id FOREIGN KEY (conversation_id) REFERENCES tenant_1.mailboxer_conversations(id);


--
-- PostgreSQL database dump complete
--

\unrestrict EWQtZKfGFu8wte9tkXlTOxfugXa5fplGH2MzNEmKvV6VMwiPqFtEBFenNwZQmf3

