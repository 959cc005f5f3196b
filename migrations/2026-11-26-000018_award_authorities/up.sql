-- Who decides on an award and stands outside the register (the Prime Minister, the President): name and level, as JSON. The columns of
-- the authority then repeat the unit.
ALTER TABLE awards ADD COLUMN outside_authority TEXT;
