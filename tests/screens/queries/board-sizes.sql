-- title: Board sizes
-- description: How many comments each board has
SELECT subreddit, COUNT(*) AS comments
FROM comments
GROUP BY subreddit
ORDER BY comments DESC
