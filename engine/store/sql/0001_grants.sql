-- What each role may do. cx_owner owns everything and runs migrations only; the application is cx_app.
GRANT USAGE ON SCHEMA public TO cx_app, cx_sealed, cx_retention;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cx_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO cx_app;
REVOKE UPDATE, DELETE, TRUNCATE ON history, history_body, access_log, access_log_body FROM cx_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM cx_app;

REVOKE ALL ON FUNCTION cx_erase(uuid, integer[], text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cx_erase(uuid, integer[], text, text) TO cx_retention;
GRANT SELECT ON history, history_body, instance, instance_party, role_grant, unit_closure, business_clock
TO cx_retention;
