DROP TABLE election_votes;
