-- title: Activity by month
-- description: Comments, boards and scores of every month
-- param since: date = 2005-01-01 -- the first day counted
SELECT DATE_FORMAT(FROM_UNIXTIME(created_utc), '%Y-%m') AS month,
       COUNT(*) AS comments,
       COUNT(DISTINCT subreddit) AS boards,
       ROUND(AVG(score), 2) AS mean_score,
       SUM(LENGTH(body)) AS characters
FROM comments
WHERE FROM_UNIXTIME(created_utc) >= :since
GROUP BY DATE_FORMAT(FROM_UNIXTIME(created_utc), '%Y-%m')
ORDER BY month
