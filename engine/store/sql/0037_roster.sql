-- 值班表: who is on duty in a unit. Part of the organisation that all cases share, so it moves the reference stamp.
CREATE TABLE roster_turn (
    id UUID NOT NULL,
    unit TEXT NOT NULL,
    roster TEXT NOT NULL,
    person_id TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    CONSTRAINT roster_turn_pkey PRIMARY KEY (id),
    CONSTRAINT roster_turn_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code),
    CONSTRAINT roster_turn_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX roster_turn_unit_roster_first_day_idx ON roster_turn (unit, roster, first_day);
CREATE INDEX roster_turn_person_id_idx ON roster_turn (person_id);

CREATE TRIGGER roster_turn_reference AFTER INSERT OR UPDATE OR DELETE ON roster_turn
FOR EACH STATEMENT EXECUTE FUNCTION cx_touch_reference();
GRANT SELECT, INSERT, UPDATE, DELETE ON roster_turn TO cx_app;
