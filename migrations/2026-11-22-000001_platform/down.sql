DROP TABLE revocations;
DROP TABLE clients;
DROP TABLE idempotency_keys;
DROP TABLE audit_entries;
DROP TABLE audit_head;
DROP TABLE sequences;
