-- Who was expected at a meeting, written down when it ends: a post or a group that changes later rewrites no sheet.
CREATE TABLE session_expected (
    session_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    PRIMARY KEY (session_id, branch_id, person_id)
) /* clustered */;
