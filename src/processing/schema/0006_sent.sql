-- Pallets that left, by the facts that say so, as long as they hold.
CREATE TABLE sorting_sent (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL,
    pallet TEXT NOT NULL,
    shipment TEXT NOT NULL,
    PRIMARY KEY (enterprise, root, pallet)
);
CREATE INDEX sorting_sent_by_pallet ON sorting_sent (enterprise, pallet, root);
CREATE INDEX sorting_sent_by_shipment ON sorting_sent (enterprise, shipment, root);
