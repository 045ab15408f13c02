"""What a person does on a page of the chat or the desk: look, press, write, unfold."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import eventually
from tests.process import GUARD


def button(driver: WebDriver, label: str) -> WebElement:
    """The newest button that can be pressed and carries this label."""
    found = [b for b in driver.find_elements(By.TAG_NAME, "button") if label in b.text and b.is_enabled()]
    return found[-1]


def press(driver: WebDriver, label: str) -> None:
    element = eventually(lambda: button(driver, label), GUARD)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def reads(driver: WebDriver, words: str) -> bool:
    return words in driver.find_element(By.TAG_NAME, "body").text


def sees(driver: WebDriver, words: str) -> str:
    """All that stands on the page, once these words do."""
    eventually(lambda: reads(driver, words), GUARD)
    return driver.find_element(By.TAG_NAME, "body").text


def says(driver: WebDriver, words: str) -> None:
    field = driver.find_element(By.TAG_NAME, "textarea")
    field.send_keys(words)
    press(driver, "发送")


def unfold(worker: WebDriver, label: str) -> WebElement:
    """Open an action of the desk; returns its form."""
    for details in worker.find_elements(By.TAG_NAME, "details"):
        if label in details.find_element(By.TAG_NAME, "summary").text:
            details.find_element(By.TAG_NAME, "summary").click()
            return details
    raise AssertionError(f"no action {label}")


def act(worker: WebDriver, label: str, words: str) -> None:
    """Fill in an action's text and send it."""
    action = eventually(lambda: unfold(worker, label), GUARD)
    field = action.find_element(By.CSS_SELECTOR, "textarea, input[type=text]")
    field.send_keys(words)
    send(action)


def pick(worker: WebDriver, label: str, choice: str) -> None:
    """Pick a ready answer of an action and send it."""
    action = eventually(lambda: unfold(worker, label), GUARD)
    next(each for each in action.find_elements(By.CSS_SELECTOR, "label.choice") if choice in each.text).click()
    send(action)


def send(action: WebElement) -> None:
    action.find_element(By.CSS_SELECTOR, "button[type=submit], button:not([type])").click()
