-- 0011: an audience asks about people that stand in the statement itself.

DROP TABLE audience_candidates;
