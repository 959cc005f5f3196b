DROP TABLE sealed_report_pieces;
DROP TABLE sealed_reports;
DROP TABLE sealing_keys;
DROP TABLE report_texts;
