-- title: Board sizes
-- description: How many comments each board has, how long and how well received they are
-- param min_comments: integer = 1 -- smaller boards are left out
SELECT subreddit,
       COUNT(*) AS comments,
       COUNT(DISTINCT author) AS authors,
       COUNT_IF(body IN ('[deleted]', '[removed]')) AS gone,
       ROUND(AVG(LENGTH(body)), 1) AS mean_length,
       ROUND(AVG(score), 2) AS mean_score,
       MAX(score) AS top_score
FROM comments
GROUP BY subreddit
HAVING COUNT(*) >= :min_comments
ORDER BY comments DESC, subreddit
