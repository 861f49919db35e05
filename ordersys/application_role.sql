-- The role as which web, workers and schedule work: it reads and writes rows, and owns nothing. Whoever has its password can neither
-- switch a trigger off nor empty, alter or drop a table. Run as the role that owns the database and migrates it, once that has
-- migrated for the first time, and as often as you like: psql "$OWNER_DATABASE_URL" -f ordersys/application_role.sql
DO $$ BEGIN
    CREATE ROLE ordersys_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
-- It is there already, or an administrator makes it, because this role may not.
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ordersys_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ordersys_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ordersys_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM ordersys_app;

-- What later migrations of the same owner make.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ordersys_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ordersys_app;
