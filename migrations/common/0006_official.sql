-- Official exports: which branch and period one was read for, and what was answered about its columns and namesakes.

CREATE TABLE official (
    branch_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, duty, period)
) /* clustered */;

-- kind: column (mark: the heading) or person (mark: a digest of what the export calls somebody; means: branch/person).
CREATE TABLE import_memory (
    org_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    mark TEXT NOT NULL,
    means TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, kind, mark)
) /* clustered */;
