DROP TABLE dossier_delays;
DROP TABLE dossiers;
DROP TABLE closings;
DROP TABLE counter_sightings;
DROP TABLE counter_years;
DROP TABLE counter_days;
