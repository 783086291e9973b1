-- Tables and grants of this desk.
SELECT 1;
