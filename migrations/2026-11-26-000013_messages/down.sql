DROP TABLE edxml_contents;
DROP TABLE edxml_statuses;
DROP TABLE edxml_receivers;
DROP TABLE edxml_documents;
DROP TABLE edxml_messages;
