-- title: Every comment against every other
-- description: Runs for hours; here to be cancelled
SELECT count(*) AS pairs
FROM comments a
CROSS JOIN comments b
CROSS JOIN comments c
WHERE a.score + b.score > c.score
