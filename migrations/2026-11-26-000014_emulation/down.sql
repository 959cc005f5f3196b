DROP TABLE election_votes;
DROP TABLE elections;
DROP TABLE nominations;
DROP TABLE exemplar_events;
DROP TABLE exemplars;
DROP TABLE participations;
DROP TABLE movement_events;
DROP TABLE movements;
