-- Every member of the workforce is known, also those who sign nothing here: they take part on paper, and no task is given
-- to them. branch: the 支部 to which they belong.
ALTER TABLE person ADD COLUMN branch TEXT;
ALTER TABLE person ADD COLUMN on_paper BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE person ADD CONSTRAINT person_branch_fkey FOREIGN KEY (branch) REFERENCES department (code);
