ALTER TABLE awards DROP COLUMN outside_authority;
