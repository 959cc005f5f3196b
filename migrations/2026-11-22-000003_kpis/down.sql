DROP TABLE targets;
DROP TABLE reported_figures;
DROP TABLE kpi_definitions;
DROP TABLE kpis;
