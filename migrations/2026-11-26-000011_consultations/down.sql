DROP TABLE unsigned_opinions;
DROP TABLE signed_opinions;
DROP TABLE consultation_tickets;
DROP TABLE consultations;
