-- The four roles of changxiao. Run once per PostgreSQL server, by a superuser; the embedded server does it at its first
-- start with generated passwords. For a server of your own:
--
--   createdb changxiao
--   psql -d changxiao -v ON_ERROR_STOP=1 -v cx_owner_password=… -v cx_app_password=… \
--        -v cx_sealed_password=… -v cx_retention_password=… -f roles.sql -f database.sql
--
-- then set CHANGXIAO_DATABASE_URL (as cx_app) and CHANGXIAO_OWNER_DATABASE_URL (as cx_owner).

-- Owns the tables and changes them (migrate, backup, restore). It passes row security, because a migration or a backup
-- that sees only a part of the rows would lose the others without a word. No server process logs in with it.
CREATE ROLE cx_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'cx_owner_password';
-- What web and worker log in with: neither owner nor superuser, bound by row security.
CREATE ROLE cx_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD :'cx_app_password';
-- Alone reads the identity of reporters.
CREATE ROLE cx_sealed LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD :'cx_sealed_password';
-- Alone erases what the retention rules let go.
CREATE ROLE cx_retention LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD :'cx_retention_password';
