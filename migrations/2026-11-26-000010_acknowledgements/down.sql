DROP TABLE check_attempts;
DROP TABLE directive_checks;
DROP TABLE acknowledgements;
