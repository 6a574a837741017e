-- Hosts that a person has typed as those that load may be sent to, for each environment.

ALTER TABLE environments
    ADD COLUMN load_hosts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(load_hosts));
