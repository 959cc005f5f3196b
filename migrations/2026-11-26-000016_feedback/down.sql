DROP TABLE satisfaction_surveys;
DROP TABLE satisfaction_scores;
DROP TABLE satisfaction_ratings;
DROP TABLE receptions;
DROP TABLE feedback_letters;
DROP TABLE feedback_cases;
DROP TABLE feedback_limits;
DROP TABLE tallies;
