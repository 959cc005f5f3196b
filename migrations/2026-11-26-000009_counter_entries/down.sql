DROP TABLE counter_entries;
