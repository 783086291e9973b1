-- Who may enter this database; the rights on each table come with the migrations. Safe to run again.
ALTER DATABASE :"DBNAME" OWNER TO cx_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO cx_app, cx_sealed, cx_retention;
ALTER SCHEMA public OWNER TO cx_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO cx_app, cx_sealed, cx_retention;
