/* The least that a program with curses can do: what the first screen is measured against. */
#include <locale.h>

#include <curses.h>

int main(void)
{
	setlocale(LC_ALL, "");
	initscr();
	raw();
	noecho();
	mvaddstr(0, 0, "A bare program");
	mvaddstr(2, 0, "with a few lines");
	mvaddstr(LINES - 1, 0, "q quit");
	refresh();
	while (getch() != 'q')
		;
	endwin();
	return 0;
}
