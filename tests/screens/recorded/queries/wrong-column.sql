-- title: Asks for a column that is not there
SELECT id, subreddit, boddy
FROM comments
WHERE score >= 2
