-- title: 漢字と絵文字 👩‍💻 wide titles
-- description: Wide characters, combining marks and an escape: [31m stays text
-- recipe: chat
SELECT '漢字', 'é', '👩‍💻' FROM comments
