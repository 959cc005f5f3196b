DROP TABLE assignment_events;
DROP TABLE assignments;
DROP TABLE directive_relations;
DROP TABLE directive_parties;
DROP TABLE directive_words;
DROP TABLE directives;
