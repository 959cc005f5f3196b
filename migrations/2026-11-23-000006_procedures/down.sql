DROP TABLE procedure_handlers;
DROP TABLE procedures;
