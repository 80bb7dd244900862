-- title: Prolific authors
-- description: Who writes most, where and how well received: find bots before you train on them
-- param min_comments: integer = 1
-- param limit: integer = 200
SELECT author,
       COUNT(*) AS comments,
       COUNT(DISTINCT subreddit) AS boards,
       SUM(score) AS total_score,
       ROUND(AVG(LENGTH(body)), 1) AS mean_length,
       ROUND(100.0 * COUNT(DISTINCT body) / COUNT(*), 1) AS percent_distinct
FROM comments
WHERE author IS NOT NULL
  AND author <> '[deleted]'
GROUP BY author
HAVING COUNT(*) >= :min_comments
ORDER BY comments DESC, author
LIMIT :limit
