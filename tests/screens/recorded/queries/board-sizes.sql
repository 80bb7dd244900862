-- title: Board sizes
-- description: How many comments each board has, and what they score
SELECT subreddit, count(*) AS comments, avg(score) AS mean_score, max(score) AS best
FROM comments
GROUP BY subreddit
ORDER BY comments DESC
