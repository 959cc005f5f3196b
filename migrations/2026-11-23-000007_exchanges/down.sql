DROP TABLE document_exchanges;
