DROP TABLE procedure_states;
DROP TABLE procedure_handlers;
DROP TABLE procedures;
