DROP TABLE webhook_deliveries;
DROP TABLE webhook_subscriptions;
DROP TABLE change_horizon;
DROP TABLE changes;
DROP TABLE change_sets;
